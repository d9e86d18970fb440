#include "networks/state_dict.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

/// SchemaError for another shape.
void check_shape(const ParameterSpec& spec, const NamedArray& array) {
    const auto elements = static_cast<std::size_t>(spec.elements());
    if (array.shape == spec.shape && array.values.size() == elements)
        return;
    throw SchemaError(message("parameter '", spec.name, "': shape (", join(array.shape),
                              ") given, (", join(spec.shape), ") expected"));
}

}  // namespace

std::string first_names(const std::vector<std::string>& names) {
    constexpr std::size_t most = 5;
    std::vector<std::string> shown;
    for (std::size_t i = 0; i < std::min(names.size(), most); ++i)
        shown.push_back(excerpt(names[i]));
    return join(shown) + (names.size() > most ? ", …" : "");
}

void check_values(const std::string& name, ParameterRole role, const NamedArray& array) {
    const auto bad = std::find_if(array.values.begin(), array.values.end(),
                                  [](float v) { return !std::isfinite(v); });
    if (bad != array.values.end())
        throw DataError(message("parameter '", excerpt(name), "': value ", *bad, " at place ",
                                bad - array.values.begin(), ", finite values expected"));
    if (role != ParameterRole::running_var)
        return;
    const auto least = std::min_element(array.values.begin(), array.values.end());
    if (least != array.values.end() && *least < 0)
        throw DataError(message("parameter '", excerpt(name), "': variance ", *least,
                                ", values of at least 0 expected"));
}

bool is_batch_counter(const std::string& name) {
    return name.ends_with(".num_batches_tracked");
}

void StateDictParameters::check(const std::vector<ParameterSpec>& specs) const {
    std::vector<std::string> missing;
    std::set<std::string> known;
    for (const ParameterSpec& spec : specs) {
        known.insert(spec.name);
        if (!values_.contains(spec.name))
            missing.push_back(spec.name);
    }
    if (!missing.empty()) {
        throw SchemaError(message("state dict: ", missing.size(), " of ", specs.size(),
                                  " parameters are missing: ", first_names(missing)));
    }
    std::vector<std::string> superfluous;
    for (const auto& [name, array] : values_) {
        if (!known.contains(name) && !is_batch_counter(name))
            superfluous.push_back(name);
    }
    if (strict_ && !superfluous.empty()) {
        throw SchemaError(message("state dict: ", superfluous.size(),
                                  " entries belong to no operator: ", first_names(superfluous)));
    }
    for (const ParameterSpec& spec : specs) {
        check_shape(spec, values_.at(spec.name));
        check_values(spec.name, spec.role, values_.at(spec.name));
    }
}

void StateDictParameters::fill(const ParameterSpec& spec, std::span<float> values) const {
    std::ranges::copy(values_.at(spec.name).values, values.begin());
}

StateDict collect_parameters(const OpGraph& graph, const ParameterSource& source, int threads) {
    const std::vector<ParameterSpec> specs = parameters_of(graph);
    source.check(specs);
    std::vector<NamedArray> arrays(specs.size());
    parallel_for(specs.size(), 1, threads, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            arrays[i].shape = specs[i].shape;
            arrays[i].values.resize(static_cast<std::size_t>(specs[i].elements()));
            source.fill(specs[i], arrays[i].values);
        }
    });
    StateDict dict;
    for (std::size_t i = 0; i < specs.size(); ++i)
        dict.emplace(specs[i].name, std::move(arrays[i]));
    return dict;
}

}  // namespace latpred
