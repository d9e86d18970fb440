#include "predictors/ensemble.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/nested_model.hpp"

namespace latpred {
namespace {

SpacePtr space_of_members(const Ensemble::Members& members) {
    if (members.empty())
        throw ConfigError("ensemble: no members; at least one fitted predictor expected");
    if (members.size() > Ensemble::most_members) {
        throw ConfigError(message("ensemble: ", members.size(), " members, at most ",
                                  Ensemble::most_members, " expected"));
    }
    return members.front()->space();
}

std::string name_of(std::size_t member) {
    return "member" + std::to_string(member);
}

}  // namespace

Ensemble::Ensemble(ModelInfo info, Members members)
    : Predictor(space_of_members(members), std::move(info)), members_(std::move(members)) {
    const Predictor& first = *members_.front();
    for (const auto& member : members_) {
        if (!member->space()->same_family(*first.space()) ||
            member->info().unit != first.info().unit) {
            throw SchemaError(message("ensemble: members of ", first.space()->description(), " in ",
                                      first.info().unit, " and of ", member->space()->description(),
                                      " in ", member->info().unit));
        }
    }
}

void Ensemble::predict(const Architectures& archs, std::span<double> values) const {
    std::fill(values.begin(), values.end(), 0.0);
    std::vector<double> single(values.size());
    for (const auto& member : members_) {
        member->evaluate(archs, single);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] += single[i] / static_cast<double>(members_.size());
    }
}

void Ensemble::deviations(const Architectures& archs, std::span<double> values) const {
    std::vector<double> mean(archs.size());
    std::vector<double> single(archs.size());
    evaluate(archs, mean);
    std::fill(values.begin(), values.end(), 0.0);
    for (const auto& member : members_) {
        member->evaluate(archs, single);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] += (single[i] - mean[i]) * (single[i] - mean[i]);
    }
    const auto free = static_cast<double>(std::max<std::size_t>(members_.size(), 2) - 1);
    for (double& value : values) {
        value = std::sqrt(value / free);
        if (!std::isfinite(value))
            throw DataError("ensemble: its members lie further apart than can be computed");
    }
}

void Ensemble::spreads(const Architectures& archs, std::span<const double> predicted,
                       std::span<double> spreads) const {
    constexpr double share = 0.01;
    constexpr double points = 0.1;
    constexpr double least = 1e-9;
    std::vector<double> deviation(spreads.size());
    deviations(archs, deviation);
    const bool relative = info().unit == "ms";
    for (std::size_t i = 0; i < spreads.size(); ++i) {
        const double floor = relative ? share * std::abs(predicted[i]) : points;
        spreads[i] = std::max(deviation[i] + floor, least);
    }
}

void Ensemble::store(TensorFile& file) const {
    for (std::size_t i = 0; i < members_.size(); ++i)
        put_model(file, name_of(i), *members_[i]);
}

std::shared_ptr<Predictor> load_ensemble(const SpacePtr& space, const ModelInfo& info,
                                         const TensorFile& file) {
    Ensemble::Members members;
    while (PredictorPtr member = members.size() <= Ensemble::most_members
                                     ? find_model(file, name_of(members.size()))
                                     : nullptr)
        members.push_back(std::move(member));
    if (members.empty() || !members.front()->space()->same_family(*space))
        throw CorruptionError("damaged file: an ensemble without members of its space");
    return std::make_shared<Ensemble>(info, std::move(members));
}

}  // namespace latpred
