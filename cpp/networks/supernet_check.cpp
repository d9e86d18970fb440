#include "networks/supernet_check.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "networks/ofa_names.hpp"

namespace latpred {
namespace {

using Shapes = std::map<std::string, std::vector<std::int64_t>>;

/// The matrices' shapes by name.
Shapes matrix_shapes(const SupernetLayout& layout) {
    Shapes shapes;
    for (const auto& [name, entry] : layout) {
        for (const auto& [matrix, size] : kernel_matrices(name, entry))
            shapes[matrix] = {size, size};
    }
    return shapes;
}

/// What the state should hold. Matrices are all there or none.
Shapes wanted_shapes(const GivenState& state, const SupernetLayout& layout) {
    Shapes shapes;
    if (has_kernel_matrices(state.arrays))
        shapes = matrix_shapes(layout);
    for (const auto& [name, entry] : layout)
        shapes[name] = entry.spec.shape;
    return shapes;
}

/// Our name of an entry as the state's kind of names has it.
std::string shown(const GivenState& state, const std::string& name) {
    const auto given = state.given.find(name);
    return given != state.given.end() ? given->second
                                      : ofa_name(state.originals, name).value_or(name);
}

std::string misshaped(const GivenState& state, const Shapes& wanted) {
    std::vector<std::string> found;
    for (const auto& [name, shape] : wanted) {
        const auto array = state.arrays.find(name);
        if (array != state.arrays.end() && array->second.shape != shape) {
            found.push_back(message("'", excerpt(shown(state, name)), "' (",
                                    join_few(array->second.shape), ") instead of (", join(shape),
                                    ")"));
        }
    }
    if (found.empty())
        return {};
    return message(found.size(), " of ", wanted.size(),
                   " entries have another shape: ", join_few(found, 3));
}

std::map<std::string, std::string> by_original_name(const std::string& family,
                                                    const SupernetLayout& layout) {
    std::map<std::string, std::string> entries;
    const auto add = [&](const std::string& entry) {
        if (const auto name = ofa_name(family, entry))
            entries[*name] = entry;
    };
    for (const auto& [name, entry] : layout)
        add(name);
    for (const auto& [name, shape] : matrix_shapes(layout))
        add(name);
    return entries;
}

}  // namespace

std::map<std::string, std::int64_t> kernel_matrices(const std::string& name,
                                                    const SupernetEntry& entry) {
    std::map<std::string, std::int64_t> sizes;
    for (auto from = entry.kernels.begin(); from != entry.kernels.end(); ++from) {
        const auto next = std::next(from);
        if (next != entry.kernels.end())
            sizes[kernel_matrix(name, *next, *from)] = *from * *from;
    }
    return sizes;
}

bool has_kernel_matrices(const StateDict& arrays) {
    return std::ranges::any_of(arrays,
                               [](const auto& array) { return array.first.ends_with("_matrix"); });
}

GivenState to_entries(const Space& space, const SupernetLayout& layout, StateDict arrays) {
    std::erase_if(arrays, [](const auto& array) { return is_batch_counter(array.first); });
    const bool originals =
        std::ranges::any_of(arrays, [](const auto& array) { return is_ofa_name(array.first); });
    if (!originals)
        return {std::move(arrays), {}, {}};
    GivenState state{{}, {}, space.family().name()};
    const std::map<std::string, std::string> entries = by_original_name(state.originals, layout);
    for (auto& [name, array] : arrays) {
        const auto entry = entries.find(ofa_spelling(name));
        const std::string& to = entry == entries.end() ? name : entry->second;
        state.given[to] = name;
        if (!state.arrays.emplace(to, std::move(array)).second) {
            throw SchemaError(message("supernet of ", excerpt(space.name()), ": '", excerpt(name),
                                      "' is there in two spellings, one expected"));
        }
    }
    return state;
}

std::string complaint(const GivenState& state, const SupernetLayout& layout) {
    const Shapes wanted = wanted_shapes(state, layout);
    std::vector<std::string> missing;
    for (const auto& [name, shape] : wanted) {
        if (!state.arrays.contains(name))
            missing.push_back(shown(state, name));
    }
    std::vector<std::string> superfluous;
    for (const auto& [name, array] : state.arrays) {
        if (!wanted.contains(name))
            superfluous.push_back(shown(state, name));
    }
    std::vector<std::string> complaints;
    if (!missing.empty()) {
        complaints.push_back(message(missing.size(), " of ", wanted.size(),
                                     " entries are missing: ", first_names(missing)));
    }
    if (!superfluous.empty()) {
        complaints.push_back(message(superfluous.size(), " of ", state.arrays.size(),
                                     " entries given are unknown: ", first_names(superfluous)));
    }
    if (std::string shapes = misshaped(state, wanted); !shapes.empty())
        complaints.push_back(std::move(shapes));
    return join(complaints, "; ");
}

void check_state_values(const GivenState& state, const SupernetLayout& layout) {
    for (const auto& [name, array] : state.arrays) {
        const auto entry = layout.find(name);
        const bool parameter = entry != layout.end();
        check_values(shown(state, name),
                     parameter ? entry->second.spec.role : ParameterRole::weight, array);
    }
}

}  // namespace latpred
