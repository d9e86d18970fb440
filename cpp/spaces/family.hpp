// A family says what its genes mean and how they lower to an op graph; the rest is generic.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "graphs/op_graph.hpp"
#include "spaces/canonical_text.hpp"
#include "spaces/gene.hpp"
#include "spaces/place_map.hpp"
#include "spaces/swaps.hpp"

namespace latpred {

class CostTables;

/// Settings a family was made with. Empty where the family has no such setting.
struct FamilyOptions {
    std::optional<double> width;  ///< channel multiplier of the supernet, or channels of a cell
    std::optional<std::vector<int>> resolutions;  ///< input sizes in pixels that a gene chooses
    std::optional<int> image_size;                ///< input size in pixels where no gene chooses it
    std::optional<int> classes;                   ///< outputs of the classifier
    std::optional<int> depth = {};                ///< cells, where no gene chooses their number

    bool operator==(const FamilyOptions&) const = default;
};

/// How OFA's look-up tables name the blocks of a family: "expand" in channels, with the block's
/// "se" and "hs" and a pooling entry (MBv3LatencyTable), or as a ratio, with pooling in "Logits"
/// (ProxylessNASLatencyTable).
enum class LookupForm : std::uint8_t { channels, ratio };

class Family {
  public:
    /// `definition`: what else tells this family from others of its name, a description as JSON.
    /// ConfigError for more choices than an index holds, and for a gate that has a gate itself.
    Family(std::string name, FamilyOptions options, std::vector<Gene> genes,
           std::string definition = {});
    Family(const Family&) = delete;
    Family& operator=(const Family&) = delete;
    virtual ~Family();

    /// The network of one canonical row of genes, for one image.
    [[nodiscard]] virtual OpGraph lower(std::span<const GeneValue> genes) const = 0;

    /// Which genes decide which operators; made once.
    [[nodiscard]] const PlaceMap& places() const;

    /// Costs from tables over genes; made once.
    [[nodiscard]] const CostTables& cost_tables() const;

    /// What other rooms keep about the family for as long as it lives, by name; made once.
    template <class T, class Make>
    T& kept(const std::string& name, const Make& make) const {
        const std::scoped_lock lock(kept_mutex_);
        std::shared_ptr<void>& found = kept_[name];
        if (!found)
            found = make();
        return *static_cast<T*>(found.get());
    }

    /// The blocks that networks can have, by unit and layer, with the genes that choose what they
    /// do and the gene that says whether they are there. By default those of each unit and layer.
    [[nodiscard]] virtual std::vector<Place> block_places() const;

    /// What `places` is made from: every place once, with the genes that decide its operators in
    /// any order, genes with one choice included. Genes outside units that no place names are
    /// settings. By default a block is a place of its genes and of the gene that gates them, and
    /// all other operators are "fixed".
    [[nodiscard]] virtual std::vector<Place> declare_places() const;
    /// Name of the declared place of an operator; anything for the input.
    [[nodiscard]] virtual std::string declared_place(const Op& op) const;

    /// Genes that may change places in equal networks; no gene is of two of these, or has a gate.
    [[nodiscard]] virtual std::span<const Swap> swaps() const { return {}; }
    /// Sets inactive genes to 0 and puts genes that may change places in order.
    void canonicalise(std::span<GeneValue> row) const;

    /// Keys that the original's dicts carry beside the genes, always None ("wid" of OFA).
    [[nodiscard]] virtual std::vector<std::string> unused_keys() const { return {}; }

    [[nodiscard]] virtual LookupForm lookup_form() const { return LookupForm::channels; }

    /// The field's own text form of an architecture, where it has one.
    [[nodiscard]] virtual std::optional<std::string> own_text(std::span<const GeneValue>) const {
        return std::nullopt;
    }
    /// The labels of such a text in gene order; nothing where the text is of another form.
    [[nodiscard]] virtual std::optional<std::vector<std::string>>
    own_choices(const std::string& /*text*/) const {
        return std::nullopt;
    }

    /// Whether integers of a gene matrix are what the genes mean (kernels, channels, …), as the
    /// originals' files hold them, where no such row can be one of the numbers of choices.
    [[nodiscard]] virtual bool holds_values(std::span<const GeneValue> /*row*/) const {
        return false;
    }

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const FamilyOptions& options() const { return options_; }
    [[nodiscard]] const std::vector<Gene>& genes() const { return genes_; }
    [[nodiscard]] const std::string& definition() const { return definition_; }
    [[nodiscard]] const CanonicalText& canonical_text() const { return text_; }

    /// Portable hash of name, definition and genes; a resolution enters by its pixels.
    [[nodiscard]] std::uint64_t hash(std::span<const GeneValue> row) const;

  protected:
    /// E.g. "u2.l1".
    [[nodiscard]] static std::string block_name(int unit, int layer);

    /// The chosen number of gene `column`.
    [[nodiscard]] double value(std::span<const GeneValue> genes, std::size_t column) const {
        return genes_[column].values[static_cast<std::size_t>(genes[column])];
    }

  private:
    std::string name_;
    FamilyOptions options_;
    std::vector<Gene> genes_;
    mutable std::once_flag places_made_;
    mutable std::unique_ptr<const PlaceMap> places_;
    mutable std::once_flag tables_made_;
    mutable std::unique_ptr<const CostTables> tables_;
    mutable std::mutex kept_mutex_;
    mutable std::map<std::string, std::shared_ptr<void>> kept_;
    std::string definition_;
    CanonicalText text_;
    Hash64 hashed_name_;  ///< of name and definition
    int pixels_ = -1;     ///< column whose choices are pixels
};

}  // namespace latpred
