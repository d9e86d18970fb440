#include "predictors/rehouse.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

bool same_genes(const Space& a, const Space& b) {
    const auto alike = [](const Gene& x, const Gene& y) {
        return x.group == y.group && x.slot == y.slot && x.values == y.values &&
               x.labels == y.labels && x.gate == y.gate && x.gate_from == y.gate_from;
    };
    return &a.family() == &b.family() ||
           (a.family().name() == b.family().name() &&
            a.family().options().resolutions == b.family().options().resolutions &&
            a.family().options().depth == b.family().options().depth &&
            std::ranges::equal(a.genes(), b.genes(), alike));
}

Architectures as_rows_of(const SpacePtr& space, const Architectures& archs, const char* what) {
    if (archs.space().same_family(*space))
        return archs;
    if (!same_genes(*space, archs.space())) {
        throw SchemaError(message(what, " of ", space->description(), " and architectures of ",
                                  archs.space().description(),
                                  ": the same family and resolutions expected"));
    }
    return {space, {archs.genes().begin(), archs.genes().end()}};
}

Eigen::VectorXd values_at(const Predictor& model, const Architectures& archs, const char* what) {
    Eigen::VectorXd values(static_cast<Eigen::Index>(archs.size()));
    model.evaluate(as_rows_of(model.space(), archs, what),
                   {values.data(), static_cast<std::size_t>(values.size())});
    return values;
}

}  // namespace latpred
