// Reading a Gaussian process from a model file, without trust.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "predictors/gaussian_process.hpp"
#include "predictors/nested_model.hpp"

namespace latpred {
namespace {

void require_process(bool holds, const char* what) {
    if (!holds)
        throw CorruptionError(std::string("damaged file: ") + what);
}

Eigen::VectorXd vector_of(const TensorFile& file, const std::string& name, double least) {
    const std::vector<double> values = file.doubles(name);
    require_process(std::all_of(values.begin(), values.end(),
                                [least](double v) { return std::isfinite(v) && v >= least; }),
                    "a number of the process is out of range");
    return Eigen::Map<const Eigen::VectorXd>(values.data(),
                                             static_cast<Eigen::Index>(values.size()));
}

Architectures rows_of(const SpacePtr& space, const TensorFile& file) {
    std::vector<GeneValue> genes;
    for (std::int32_t gene : file.integers("genes")) {
        require_process(gene >= 0 && gene <= std::numeric_limits<GeneValue>::max(),
                        "a gene out of range");
        genes.push_back(static_cast<GeneValue>(gene));
    }
    return {space, std::move(genes)};
}

}  // namespace

std::shared_ptr<Predictor> load_gaussian_process(const SpacePtr& space, const ModelInfo& info,
                                                 const TensorFile& file) {
    constexpr double least = 1e-300;
    const Eigen::VectorXd numbers = vector_of(file, "noise_mean_spread", least);
    require_process(numbers.size() == 3, "three numbers expected");
    const Eigen::VectorXd values = vector_of(file, "values", least);
    const Eigen::VectorXd weights = vector_of(file, "weights", least);
    require_process(values.size() > 0 &&
                        values.size() <= static_cast<Eigen::Index>(most_process_rows) &&
                        weights.size() == values.size(),
                    "rows, values and weights differ in number or are too many");
    GaussianProcessState state{
        rows_of(space, file), values,     weights,    vector_of(file, "variances", 0),
        numbers[0],           numbers[1], numbers[2], find_model(file, "source")};
    require_process(state.rows.size() == static_cast<std::size_t>(values.size()),
                    "rows, values and weights differ in number");
    try {
        return std::make_shared<GaussianProcess>(space, info, std::move(state));
    } catch (const DataError& error) {
        throw CorruptionError(std::string("damaged file: ") + error.what());
    }
}

}  // namespace latpred
