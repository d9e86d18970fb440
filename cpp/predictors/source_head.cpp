#include "predictors/source_head.hpp"

#include <cmath>

#include "base/dense.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/block_layout.hpp"
#include "predictors/nested_model.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/training_rows.hpp"

namespace latpred {
namespace {

constexpr const char* source_name = "source model";

/// N x 2: 1 and the source's value.
Eigen::MatrixXd base_columns(const Eigen::VectorXd& source) {
    Eigen::MatrixXd base(source.size(), 2);
    base.col(0).setOnes();
    base.col(1) = source;
    return base;
}

/// N x K, each relative correction times the source's value, relative to 1.
Eigen::MatrixXd extra_columns(const Architectures& archs, const Eigen::VectorXd& source,
                              const SmoothFeatures& smooth) {
    const BlockLayout layout(archs.space());
    const Eigen::MatrixXd costs = smooth.of(archs, smooth.source_values(archs));
    Eigen::MatrixXd extra(source.size(), layout.settings() + costs.cols());
    extra.setZero();
    for (std::size_t i = 0; i < archs.size(); ++i) {
        int setting = 0;
        for (int column : layout.setting_columns())
            setting = setting * layout.choices_of(column) +
                      archs.row(i)[static_cast<std::size_t>(column)];
        extra(static_cast<Eigen::Index>(i), setting) = 1;
    }
    extra.rightCols(costs.cols()) = costs;
    return source.asDiagonal() * extra;
}

}  // namespace

SourceHead::SourceHead(const SpacePtr& space, ModelInfo info,
                       std::shared_ptr<const Predictor> source, bool rich,
                       Eigen::VectorXd coefficients)
    : Predictor(space, std::move(info)), source_(std::move(source)), rich_(rich),
      coefficients_(std::move(coefficients)) {
    static_cast<void>(as_rows_of(source_->space(), Architectures(space), source_name));
    if (rich_)
        smooth_ = std::make_unique<SmoothFeatures>(space, source_);
    const Eigen::Index expected =
        2 + (rich_ ? BlockLayout(*space).settings() + smooth_->count() : 0);
    if (coefficients_.size() != expected || !coefficients_.allFinite()) {
        throw ConfigError(message("head of a source model: ", coefficients_.size(),
                                  " coefficients, ", expected, " finite ones expected"));
    }
}

void SourceHead::predict(const Architectures& archs, std::span<double> values) const {
    if (archs.size() == 0)
        return;
    const Eigen::VectorXd source = values_at(*source_, archs, source_name);
    Eigen::VectorXd sum = product(base_columns(source), coefficients_.head(2));
    if (rich_) {
        const Eigen::MatrixXd extra = extra_columns(archs, source, *smooth_);
        sum += product(extra, coefficients_.tail(extra.cols()));
    }
    std::copy(sum.begin(), sum.end(), values.begin());
}

void SourceHead::store(TensorFile& file) const {
    file.put("coefficients",
             std::span(coefficients_.data(), static_cast<std::size_t>(coefficients_.size())));
    file.metadata["head"] = rich_ ? "feature" : "affine";
    put_model(file, "source", *source_);
}

std::shared_ptr<SourceHead> fit_source_head(const Architectures& archs,
                                            std::span<const double> values,
                                            std::shared_ptr<const Predictor> source, bool rich,
                                            const HeadOptions& options, ModelInfo info,
                                            Monitor& monitor) {
    const TrainingRows rows = canonical_rows(archs, values);
    const Eigen::VectorXd y = Eigen::Map<const Eigen::VectorXd>(
        rows.values.data(), static_cast<Eigen::Index>(rows.values.size()));
    const Eigen::VectorXd s = values_at(*source, rows.archs, source_name);
    Eigen::MatrixXd extra(s.size(), 0);
    if (rich)
        extra = extra_columns(rows.archs, s, SmoothFeatures(archs.space_ptr(), source));
    const HeadFit fit = fit_head(base_columns(s), extra, y, options, monitor);
    Eigen::VectorXd coefficients(2 + fit.extra.size());
    coefficients << fit.base, fit.extra;
    return std::make_shared<SourceHead>(archs.space_ptr(), std::move(info), std::move(source), rich,
                                        std::move(coefficients));
}

std::shared_ptr<Predictor> load_source_head(const SpacePtr& space, const ModelInfo& info,
                                            const TensorFile& file) {
    const std::vector<double> numbers = file.doubles("coefficients");
    std::shared_ptr<const Predictor> source = find_model(file, "source");
    if (!source)
        throw CorruptionError("damaged file: a source model expected");
    return std::make_shared<SourceHead>(
        space, info, std::move(source), file.text("head") == "feature",
        Eigen::Map<const Eigen::VectorXd>(numbers.data(),
                                          static_cast<Eigen::Index>(numbers.size())));
}

}  // namespace latpred
