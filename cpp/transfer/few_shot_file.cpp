// The few-shot model in a model file.
#include <algorithm>

#include "base/error.hpp"
#include "base/tensor_vectors.hpp"
#include "predictors/nested_model.hpp"
#include "predictors/rehouse.hpp"
#include "transfer/few_shot_model.hpp"

namespace latpred {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t process_numbers = kernel_groups + 2;

/// Of `rows` rows or `columns` columns, whichever is known (the other is below 0).
MatrixXd matrix_of(const TensorFile& file, const std::string& name, Eigen::Index rows,
                   Eigen::Index columns) {
    const VectorXd found = vector_of(file, name);
    const Eigen::Index known = std::max(rows, columns);
    if (known <= 0 || found.size() % known != 0)
        throw CorruptionError("damaged file: " + name + ": numbers of a whole matrix expected");
    return Eigen::Map<const MatrixXd>(found.data(), rows < 0 ? found.size() / columns : rows,
                                      columns < 0 ? found.size() / rows : columns);
}

std::vector<LinearProcess> processes_of(const TensorFile& file) {
    const std::vector<double> found = file.doubles("few_shot.processes");
    if (found.empty() || found.size() % process_numbers != 0)
        throw CorruptionError("damaged file: few_shot.processes: 8 numbers of each expected");
    std::vector<LinearProcess> processes(found.size() / process_numbers);
    for (std::size_t i = 0; i < processes.size(); ++i) {
        const double* at = found.data() + i * process_numbers;
        std::copy(at, at + kernel_groups, processes[i].variances.begin());
        processes[i].noise = at[kernel_groups];
        processes[i].share = at[kernel_groups + 1];
    }
    return processes;
}

}  // namespace

void FewShotModel::store(TensorFile& file) const {
    file.put("few_shot.means", numbers_of(state_.basis.means()));
    file.put("few_shot.scales", numbers_of(state_.basis.scales()));
    file.put("few_shot.directions", numbers_of(state_.directions));
    file.put("few_shot.features", numbers_of(state_.features));
    file.put("few_shot.values", numbers_of(state_.values));
    std::vector<double> found;
    for (const LinearProcess& process : state_.processes) {
        found.insert(found.end(), process.variances.begin(), process.variances.end());
        found.push_back(process.noise);
        found.push_back(process.share);
    }
    file.put("few_shot.processes", found);
    if (state_.companion) {
        put_model(file, "companion", *state_.companion);
        file.put("few_shot.companion_share", std::vector<double>{state_.companion_share});
    }
}

std::shared_ptr<Predictor> load_few_shot(const SpacePtr& space, const ModelInfo& info,
                                         const TensorFile& file) {
    FeatureBasis basis(space, vector_of(file, "few_shot.means"),
                       vector_of(file, "few_shot.scales"));
    const Eigen::Index columns = basis.columns();
    FewShotState state{std::move(basis), matrix_of(file, "few_shot.directions", columns, -1),
                       matrix_of(file, "few_shot.features", -1, columns),
                       vector_of(file, "few_shot.values"), processes_of(file)};
    state.companion = find_model(file, "companion");
    if (state.companion) {
        const std::vector<double> share = file.doubles("few_shot.companion_share");
        if (share.size() != 1 || state.companion->info().kind == "few-shot" ||
            !same_genes(*space, *state.companion->space()))
            throw CorruptionError("damaged file: a companion of the same space expected");
        state.companion_share = share.front();
    }
    return std::make_shared<FewShotModel>(info, std::move(state));
}

}  // namespace latpred
