#include "datasets/net_strings.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::string_view between_blocks = "->";
constexpr std::string_view between_units = "|";

/// The parts of a text, empty ones included.
std::vector<std::string_view> parts_of(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + separator.size());
    }
}

/// Where the texts of a space's blocks and their genes are.
class NetStringForm {
  public:
    explicit NetStringForm(const Space& space);

    [[nodiscard]] std::vector<GeneValue> genes(std::string_view network, std::string_view pixels,
                                               const std::string& where) const;
    [[nodiscard]] std::string text(std::span<const GeneValue> row) const;
    [[nodiscard]] int pixels(std::span<const GeneValue> row) const;

  private:
    struct Spot {
        Place place;
        std::size_t expansion = 0, kernel = 0;  ///< columns
    };
    struct Unit {
        std::vector<Spot> spots;  ///< by layer
        int depth = -1;           ///< the column that gates the later ones
    };

    [[nodiscard]] std::string block_text(const Spot& spot, std::span<const GeneValue> row) const;
    void read_unit(std::string_view text, const Unit& unit, std::vector<GeneValue>& row,
                   const std::string& where) const;
    void read_block(std::string_view text, const Spot& spot, std::vector<GeneValue>& row,
                    const std::string& where) const;

    const Space& space_;
    std::string prefix_;
    std::vector<Unit> units_;
    std::size_t resolution_ = 0;  ///< column
};

NetStringForm::NetStringForm(const Space& space) : space_(space) {
    const std::string& name = space.family().name();
    if (name != "ofa-mobilenetv3" && name != "ofa-proxyless") {
        throw ConfigError(message("files with net_str hold networks of ofa-mobilenetv3 or "
                                  "ofa-proxyless, not of ",
                                  excerpt(name)));
    }
    prefix_ = name == "ofa-proxyless" ? "mbconv2" : "mbconv3";
    for (const Place& place : space.family().block_places()) {
        Spot spot{place};
        for (const int column : place.columns) {
            const bool kernel = space.genes()[as_index(column)].group == "ks";
            (kernel ? spot.kernel : spot.expansion) = as_index(column);
        }
        units_.resize(std::max(units_.size(), as_index(place.unit) + 1));
        Unit& unit = units_[as_index(place.unit)];
        if (place.gate >= 0)
            unit.depth = place.gate;
        unit.spots.push_back(std::move(spot));
    }
    const auto found = std::ranges::find(space.genes(), "r", &Gene::group);
    resolution_ = static_cast<std::size_t>(found - space.genes().begin());
}

std::string NetStringForm::block_text(const Spot& spot, std::span<const GeneValue> row) const {
    return message(prefix_, "_e", space_.genes()[spot.expansion].text(row[spot.expansion]), "_k",
                   space_.genes()[spot.kernel].text(row[spot.kernel]));
}

void NetStringForm::read_block(std::string_view text, const Spot& spot, std::vector<GeneValue>& row,
                               const std::string& where) const {
    const Gene& expansions = space_.genes()[spot.expansion];
    const Gene& kernels = space_.genes()[spot.kernel];
    for (int e = 0; e < expansions.choices(); ++e) {
        for (int k = 0; k < kernels.choices(); ++k) {
            row[spot.expansion] = static_cast<GeneValue>(e);
            row[spot.kernel] = static_cast<GeneValue>(k);
            if (text == block_text(spot, row))
                return;
        }
    }
    throw ArchitectureError(message(where, ": net_str: block '", excerpt(text), "', one as '",
                                    block_text(spot, row), "' expected"));
}

void NetStringForm::read_unit(std::string_view text, const Unit& unit, std::vector<GeneValue>& row,
                              const std::string& where) const {
    const std::vector<std::string_view> blocks = parts_of(text, between_blocks);
    const int depths = unit.depth < 0 ? 1 : space_.genes()[as_index(unit.depth)].choices();
    for (int depth = 0; depth < depths; ++depth) {
        if (unit.depth >= 0)
            row[as_index(unit.depth)] = static_cast<GeneValue>(depth);
        const auto there = [&](const Spot& spot) { return spot.place.there(row); };
        if (std::ranges::count_if(unit.spots, there) != std::ssize(blocks))
            continue;
        for (std::size_t i = 0; i < blocks.size(); ++i)
            read_block(blocks[i], unit.spots[i], row, where);
        return;
    }
    throw ArchitectureError(message(where, ": net_str: ", blocks.size(), " blocks in ",
                                    unit.spots.front().place.name,
                                    "'s unit, which has no such depth"));
}

std::vector<GeneValue> NetStringForm::genes(std::string_view network, std::string_view pixels,
                                            const std::string& where) const {
    std::vector<GeneValue> row(space_.gene_count(), 0);
    const std::vector<std::string_view> units = parts_of(network, between_units);
    if (units.size() != units_.size()) {
        throw ArchitectureError(message(where, ": net_str: ", units.size(), " units, ",
                                        units_.size(), " joined by '|' expected"));
    }
    for (std::size_t u = 0; u < units.size(); ++u)
        read_unit(units[u], units_[u], row, where);
    const Gene& resolution = space_.genes()[resolution_];
    const double wanted = cell_number(pixels);
    const auto found = std::ranges::find(resolution.values, wanted);
    if (found == resolution.values.end()) {
        throw ArchitectureError(message(where, ": resolution '", excerpt(pixels), "', one of ",
                                        join(resolution.values), " expected"));
    }
    row[resolution_] = static_cast<GeneValue>(found - resolution.values.begin());
    return row;
}

std::string NetStringForm::text(std::span<const GeneValue> row) const {
    std::vector<std::string> units;
    for (const Unit& unit : units_) {
        std::vector<std::string> blocks;
        for (const Spot& spot : unit.spots) {
            if (spot.place.there(row))
                blocks.push_back(block_text(spot, row));
        }
        units.push_back(join(blocks, std::string(between_blocks)));
    }
    return join(units, std::string(between_units));
}

int NetStringForm::pixels(std::span<const GeneValue> row) const {
    return static_cast<int>(space_.genes()[resolution_].values[as_index(row[resolution_])]);
}

TimeUnit unit_of(std::string_view text, const std::string& where) {
    const std::optional<TimeUnit> unit = time_unit(text);
    if (!unit) {
        throw ArchitectureError(
            message(where, ": lat unit '", excerpt(text), "', ns, us, ms or s expected"));
    }
    return *unit;
}

}  // namespace

TextRows read_net_strings(const SpacePtr& space, const NetStringRows& rows, const RowNames& names) {
    const std::size_t count = rows.latencies.size();
    if (rows.networks.size() != count || rows.resolutions.size() != count ||
        rows.units.size() != count)
        throw DataError("table: columns of as many rows expected");
    const NetStringForm form(*space);
    const auto genes = [&](std::size_t i, const std::string& where) {
        static_cast<void>(unit_of(rows.units[i], where));
        return form.genes(rows.networks[i], rows.resolutions[i], where);
    };
    TextRows read = read_rows(space, rows.latencies, genes, names);
    for (std::size_t i = 0; i < read.rows.size(); ++i)
        read.values[i] = to_ms(read.values[i], unit_of(rows.units[read.rows[i]], ""));
    return read;
}

std::vector<std::string> net_strings(const Architectures& archs) {
    const NetStringForm form(archs.space());
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < archs.size(); ++i)
        texts.push_back(form.text(archs.row(i)));
    return texts;
}

std::vector<int> net_resolutions(const Architectures& archs) {
    const NetStringForm form(archs.space());
    std::vector<int> pixels;
    for (std::size_t i = 0; i < archs.size(); ++i)
        pixels.push_back(form.pixels(archs.row(i)));
    return pixels;
}

}  // namespace latpred
