// A network model in a sealed tensor file.
#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/sealed_file.hpp"
#include "base/tensor_vectors.hpp"
#include "base/text.hpp"
#include "kernels/network_model.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr std::string_view model_kind = "network-model";
constexpr std::string_view model_version = "1.0";

void require(bool holds, std::string_view what) {
    if (!holds)
        throw CorruptionError(message("damaged file: ", what, " expected"));
}

bool all_finite(const VectorXd& values) {
    return values.allFinite();
}

void put_atoms(TensorFile& file, const std::vector<KernelAtom>& atoms) {
    std::vector<std::int32_t> kinds;
    std::vector<double> shapes;
    std::vector<double> terms;
    for (const KernelAtom& atom : atoms) {
        kinds.push_back(static_cast<std::int32_t>(atom.kind));
        shapes.insert(shapes.end(), atom.shape.begin(), atom.shape.end());
        terms.insert(terms.end(), atom.terms.begin(), atom.terms.end());
    }
    file.put("kernels.kinds", kinds);
    file.put("kernels.shapes", shapes);
    file.put("kernels.terms", terms);
}

std::vector<KernelAtom> atoms_in(const TensorFile& file) {
    const std::vector<std::int32_t> kinds = file.integers("kernels.kinds");
    const std::vector<double> shapes = file.doubles("kernels.shapes");
    const std::vector<double> terms = file.doubles("kernels.terms");
    require(shapes.size() == kinds.size() * kernel_shapes &&
                terms.size() == kinds.size() * kernel_terms,
            "shapes and terms of each kernel");
    const auto fits = [](double value) { return std::abs(value) < 1e30; };
    require(std::ranges::all_of(shapes, fits) && std::ranges::all_of(terms, fits),
            "finite shapes and terms");
    std::vector<KernelAtom> atoms(kinds.size());
    for (std::size_t i = 0; i < atoms.size(); ++i) {
        require(kinds[i] >= 0 && static_cast<std::size_t>(kinds[i]) < fused_kernel_kinds,
                "kinds that this build knows");
        atoms[i].kind = static_cast<KernelKind>(kinds[i]);
        std::copy_n(shapes.begin() + static_cast<std::ptrdiff_t>(i * kernel_shapes), kernel_shapes,
                    atoms[i].shape.begin());
        std::copy_n(terms.begin() + static_cast<std::ptrdiff_t>(i * kernel_terms), kernel_terms,
                    atoms[i].terms.begin());
    }
    require(std::ranges::is_sorted(atoms), "kernels in order");
    return atoms;
}

void put_rows(TensorFile& file, const MeasuredNetworks& rows) {
    put_atoms(file, rows.table.atoms);
    std::vector<std::int32_t> sizes;
    std::vector<std::int32_t> atoms;
    std::vector<double> counts;
    for (const std::vector<AtomCount>& row : rows.table.rows) {
        sizes.push_back(static_cast<std::int32_t>(row.size()));
        for (const AtomCount& one : row) {
            atoms.push_back(one.atom);
            counts.push_back(one.count);
        }
    }
    file.put("rows.sizes", sizes);
    file.put("rows.kernels", atoms);
    file.put("rows.counts", counts);
    file.put("rows.latency_ms", numbers_of(rows.latency_ms));
    file.put("rows.deviations", numbers_of(rows.deviations));
    file.put("rows.families", std::vector<std::int32_t>(rows.family.begin(), rows.family.end()));
    file.metadata["families"] = message(rows.families.size());
    for (std::size_t i = 0; i < rows.families.size(); ++i)
        file.metadata[message("family.", i)] = rows.families[i];
}

AtomTable table_in(const TensorFile& file) {
    AtomTable table{atoms_in(file), {}};
    const std::vector<std::int32_t> atoms = file.integers("rows.kernels");
    const std::vector<double> counts = file.doubles("rows.counts");
    require(atoms.size() == counts.size(), "a count for each kernel of a row");
    std::size_t next = 0;
    for (const std::int32_t size : file.integers("rows.sizes")) {
        require(size >= 1 && next + static_cast<std::size_t>(size) <= atoms.size(),
                "kernels of each row");
        std::vector<AtomCount>& row = table.rows.emplace_back();
        for (const std::size_t end = next + static_cast<std::size_t>(size); next < end; ++next) {
            require(atoms[next] >= 0 &&
                        static_cast<std::size_t>(atoms[next]) < table.atoms.size() &&
                        (row.empty() || row.back().atom < atoms[next]) && counts[next] >= 1 &&
                        counts[next] < 1e9,
                    "kernels of rows that are there");
            row.push_back({atoms[next], counts[next]});
        }
    }
    require(next == atoms.size(), "rows of all kernels");
    return table;
}

MeasuredNetworks rows_in(const TensorFile& file) {
    MeasuredNetworks rows;
    rows.table = table_in(file);
    rows.latency_ms = vector_of(file, "rows.latency_ms");
    rows.deviations = vector_of(file, "rows.deviations");
    const std::size_t count = rows.table.rows.size();
    require(count >= least_network_rows && count <= most_network_rows &&
                static_cast<std::size_t>(rows.latency_ms.size()) == count &&
                static_cast<std::size_t>(rows.deviations.size()) == count,
            "numbers of each row");
    require(all_finite(rows.latency_ms) && all_finite(rows.deviations) &&
                rows.latency_ms.minCoeff() > 0 && rows.deviations.minCoeff() >= 0,
            "latencies above 0");
    for (std::size_t i = 0; file.metadata.contains(message("family.", i)); ++i)
        rows.families.push_back(file.text(message("family.", i)));
    const std::vector<std::int32_t> family = file.integers("rows.families");
    const auto known = static_cast<std::int32_t>(rows.families.size());
    require(file.text("families") == message(known) && family.size() == count &&
                std::ranges::all_of(family, [&](auto one) { return one >= 0 && one < known; }),
            "a family of each row");
    rows.family.assign(family.begin(), family.end());
    return rows;
}

ProcessSettings settings_in(const TensorFile& file) {
    const VectorXd found = vector_of(file, "settings");
    require(found.size() == 6 && all_finite(found) && found.minCoeff() >= 0 &&
                found.maxCoeff() <= 100 && found[3] > 0 && found[0] + found[1] + found[2] > 0,
            "six settings");
    return {found[0], found[1], found[2], found[3], found[4], found[5]};
}

PhysicalMean mean_in(const TensorFile& file) {
    const VectorXd prices = vector_of(file, "mean.prices");
    const VectorXd overhead = vector_of(file, "mean.overhead_ms");
    require(prices.size() == fused_kernel_kinds * kernel_terms && overhead.size() == 1 &&
                all_finite(prices) && all_finite(overhead) && prices.minCoeff() >= 0 &&
                overhead[0] >= 0,
            "prices of at least 0");
    return {prices.reshaped(fused_kernel_kinds, kernel_terms), overhead[0]};
}

NetworkModelState state_in(const TensorFile& file) {
    NetworkModelState state{rows_in(file),
                            vector_of(file, "rows.weights"),
                            mean_in(file),
                            settings_in(file),
                            {vector_of(file, "held_out.predicted_ms"),
                             vector_of(file, "held_out.deviation_ms"),
                             vector_of(file, "held_out.known_share")}};
    const Index count = state.rows.size();
    const auto positive = [&](const VectorXd& values) {
        return values.size() == count && all_finite(values) && values.minCoeff() > 0;
    };
    require(positive(state.weights) && state.weights.maxCoeff() <= 1 &&
                positive(state.held_out.predicted_ms) && positive(state.held_out.deviation_ms) &&
                state.held_out.known_share.size() == count &&
                all_finite(state.held_out.known_share),
            "weights and predictions of each row");
    return state;
}

}  // namespace

std::string NetworkModel::bytes() const {
    TensorFile file;
    file.metadata["latpred_format"] = std::string(model_version);
    file.metadata["kind"] = std::string(model_kind);
    put_rows(file, state_.rows);
    file.put("rows.weights", numbers_of(state_.weights));
    file.put("mean.prices", numbers_of(state_.mean.prices));
    file.put("mean.overhead_ms", std::vector<double>{state_.mean.overhead_ms});
    const ProcessSettings& set = state_.settings;
    file.put("settings", std::vector<double>{set.kind, set.wide, set.narrow, set.length,
                                             set.network, set.family});
    file.put("held_out.predicted_ms", numbers_of(state_.held_out.predicted_ms));
    file.put("held_out.deviation_ms", numbers_of(state_.held_out.deviation_ms));
    file.put("held_out.known_share", numbers_of(state_.held_out.known_share));
    return sealed_bytes(std::move(file));
}

NetworkModel NetworkModel::from_bytes(std::string_view bytes, const std::string& where) {
    const TensorFile file = read_sealed(bytes, where);
    const std::string& version = file.text("latpred_format");
    const std::string& kind = file.text("kind");
    if (kind != model_kind || !version.starts_with("1.")) {
        throw ModelVersionError(message(where, ": a model of kind '", excerpt(kind), "', format ",
                                        excerpt(version), "; a ", model_kind,
                                        " of format 1.x expected"));
    }
    try {
        return NetworkModel(state_in(file));
    } catch (const CorruptionError& error) {
        throw CorruptionError(message(where, ": ", error.what()));
    } catch (const DataError& error) {
        throw CorruptionError(message(where, ": damaged file: ", error.what()));
    }
}

}  // namespace latpred
