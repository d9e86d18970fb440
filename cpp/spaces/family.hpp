// A family says what its genes mean and how they lower to an op graph; the rest is generic.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "graphs/op_graph.hpp"
#include "spaces/gene.hpp"

namespace latpred {

/// Settings a family was made with. Empty where the family has no such setting.
struct FamilyOptions {
    std::optional<double> width;                  ///< channel multiplier of the supernet
    std::optional<std::vector<int>> resolutions;  ///< input sizes in pixels that a gene chooses
    std::optional<int> image_size;                ///< input size in pixels where no gene chooses it
    std::optional<int> classes;                   ///< outputs of the classifier

    bool operator==(const FamilyOptions&) const = default;
};

/// How OFA's look-up tables name the blocks of a family: "expand" in channels, with the block's
/// "se" and "hs" and a pooling entry (MBv3LatencyTable), or as a ratio, with pooling in "Logits"
/// (ProxylessNASLatencyTable).
enum class LookupForm : std::uint8_t { channels, ratio };

class Family {
  public:
    Family(std::string name, FamilyOptions options, std::vector<Gene> genes)
        : name_(std::move(name)), options_(std::move(options)), genes_(std::move(genes)) {}
    Family(const Family&) = delete;
    Family& operator=(const Family&) = delete;
    virtual ~Family() = default;

    /// The network of one canonical row of genes, for one image.
    [[nodiscard]] virtual OpGraph lower(std::span<const GeneValue> genes) const = 0;

    /// Keys that the original's dicts carry beside the genes, always None ("wid" of OFA).
    [[nodiscard]] virtual std::vector<std::string> unused_keys() const { return {}; }

    /// What else tells this family from others of its name: a description as JSON, or nothing.
    [[nodiscard]] virtual std::string definition() const { return {}; }

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

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const FamilyOptions& options() const { return options_; }
    [[nodiscard]] const std::vector<Gene>& genes() const { return genes_; }

  protected:
    /// The chosen number of gene `column`.
    [[nodiscard]] double value(std::span<const GeneValue> genes, std::size_t column) const {
        return genes_[column].values[static_cast<std::size_t>(genes[column])];
    }

  private:
    std::string name_;
    FamilyOptions options_;
    std::vector<Gene> genes_;
};

}  // namespace latpred
