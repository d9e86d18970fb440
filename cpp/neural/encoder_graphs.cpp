#include "neural/encoder_graphs.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>
#include <unordered_map>
#include <utility>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"
#include "neural/node_rows.hpp"

namespace latpred {
namespace {

constexpr std::size_t most_operation_names = 4096;

/// Whatever tells one graph from another.
std::string key_of_graph(const EncoderGraph& graph) {
    const auto bytes = [](const auto& values) {
        return std::string_view(reinterpret_cast<const char*>(values.data()),
                                std::span(values).size_bytes());
    };
    std::string key(bytes(graph.operations));
    return key.append(bytes(graph.numbers)).append(bytes(graph.adjacency));
}

}  // namespace

EncoderGraphs::EncoderGraphs(SpacePtr space, std::string form)
    : space_(std::move(space)), form_(std::move(form)) {}

EncoderGraphs::EncoderGraphs(std::string form, const Architectures& fitted, int threads)
    : EncoderGraphs(fitted.space_ptr(), std::move(form)) {
    const std::vector<NodeRows> networks = node_rows(fitted, form_, threads);
    std::set<std::string> names;
    for (const NodeRows& network : networks)
        names.insert(network.names.begin(), network.names.end());
    if (names.empty() || names.size() > most_operation_names)
        throw ConfigError(message("encoder: 1 to ", most_operation_names, " different operations ",
                                  "expected in the networks, got ", names.size()));
    operations_.assign(names.begin(), names.end());
    const std::size_t count = node_numbers(space_, form_);
    means_.assign(count, 0.0);
    deviations_.assign(count, 0.0);
    double nodes = 0;
    for (const NodeRows& network : networks) {
        nodes += static_cast<double>(network.names.size());
        for (std::size_t i = 0; i < network.numbers.size(); ++i)
            means_[i % count] += static_cast<double>(network.numbers[i]);
    }
    for (double& mean : means_)
        mean /= nodes;
    for (const NodeRows& network : networks) {
        for (std::size_t i = 0; i < network.numbers.size(); ++i)
            deviations_[i % count] +=
                std::pow(static_cast<double>(network.numbers[i]) - means_[i % count], 2);
    }
    for (double& deviation : deviations_)
        deviation = std::sqrt(deviation / nodes);
}

std::size_t EncoderGraphs::operation(const std::string& name) const {
    const auto found = std::ranges::lower_bound(operations_, name);
    return found != operations_.end() && *found == name
               ? static_cast<std::size_t>(found - operations_.begin())
               : operations_.size();
}

bool EncoderGraphs::numbers_are_costs() const {
    return numbers() > 0 && node_numbers_are_costs(space_, form_);
}

EncoderGraphBatch EncoderGraphs::read(const Architectures& archs, int threads) const {
    if (!space_->same_family(archs.space()))
        throw SchemaError(message("encoder: architectures of ", archs.space().description(),
                                  " given, of ", space_->description(), " expected"));
    EncoderGraphBatch batch;
    std::unordered_map<std::string, std::size_t> known;
    Pulse pulse(256);
    for (NodeRows& network : node_rows(archs, form_, threads)) {
        pulse();
        EncoderGraph graph;
        for (const std::string& name : network.names)
            graph.operations.push_back(static_cast<std::int64_t>(operation(name)));
        for (std::size_t i = 0; i < network.numbers.size(); ++i) {
            const std::size_t column = i % numbers();
            const double off = static_cast<double>(network.numbers[i]) - means_[column];
            const double deviation = deviations_[column];
            graph.numbers.push_back(deviation > 1e-6 ? static_cast<float>(off / deviation) : 0.0F);
        }
        graph.adjacency = std::move(network.adjacency);
        const auto [found, fresh] = known.emplace(key_of_graph(graph), batch.graphs.size());
        batch.index.push_back(found->second);
        if (fresh)
            batch.graphs.push_back(std::move(graph));
    }
    return batch;
}

void EncoderGraphs::store(TensorFile& file, const std::string& prefix) const {
    file.metadata[prefix + "form"] = form_;
    file.metadata[prefix + "operations"] = join(operations_, "\n");
    file.put(prefix + "means", means_);
    file.put(prefix + "deviations", deviations_);
}

EncoderGraphs EncoderGraphs::load(const SpacePtr& space, const TensorFile& file,
                                  const std::string& prefix) {
    EncoderGraphs graphs(space, file.text(prefix + "form"));
    std::istringstream names(file.text(prefix + "operations"));
    for (std::string name; std::getline(names, name);)
        graphs.operations_.push_back(name);
    graphs.means_ = file.doubles(prefix + "means");
    graphs.deviations_ = file.doubles(prefix + "deviations");
    std::size_t count = 0;
    try {
        count = node_numbers(space, graphs.form_);
    } catch (const ConfigError& error) {
        throw CorruptionError(message("damaged file: ", error.what()));
    }
    const auto finite = [](double v) { return std::isfinite(v) && std::abs(v) < 1e30; };
    if (graphs.operations_.empty() || graphs.operations_.size() > most_operation_names ||
        !std::ranges::is_sorted(graphs.operations_) || graphs.means_.size() != count ||
        graphs.deviations_.size() != count || !std::ranges::all_of(graphs.means_, finite) ||
        !std::ranges::all_of(graphs.deviations_, finite))
        throw CorruptionError(
            "damaged file: operations and scales of an encoder's graphs expected");
    return graphs;
}

}  // namespace latpred
