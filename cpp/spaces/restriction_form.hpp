// Restrictions as users write them: genes by name, choices by value.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "spaces/space.hpp"
#include "spaces/text_form.hpp"

namespace latpred {

/// `target` takes the value that `image` gives for the value of `source`.
struct NamedCoupling {
    std::string source;
    std::string target;
    std::map<Choice, Choice> image;
};

/// A name is that of a gene ("ks[3]") or, in `allowed` and `mutation_rates`, of a group ("ks").
struct NamedRestriction {
    std::map<std::string, std::vector<Choice>> allowed;
    std::vector<NamedCoupling> couplings;
    std::vector<std::map<std::string, Choice>> bans;
    std::map<std::string, double> mutation_rates;
};

/// ConfigError for unknown genes, values, empty lists, couplings that leave a value open.
Restriction resolve(const Space& space, const NamedRestriction& named);

}  // namespace latpred
