#include "predictors/rehouse.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

Architectures as_rows_of(const SpacePtr& space, const Architectures& archs, const char* what) {
    if (archs.space().same_family(*space))
        return archs;
    const Family& own = space->family();
    const Family& given = archs.space().family();
    if (own.name() != given.name() || own.options().resolutions != given.options().resolutions) {
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
