#include "predictors/hardware.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <sstream>

#include "base/device_text.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/training_rows.hpp"

namespace latpred {
namespace {

constexpr std::array<double, 6> ridges{1e-3, 1e-2, 0.1, 0.3, 1, 10};

bool usable(double value) {
    return value > 0 && std::isfinite(value);
}

void check_values(const HardwareTable& table, std::span<const double> values,
                  const std::string& device) {
    if (values.size() != table.parameters.size() || !std::ranges::all_of(values, usable)) {
        throw ConfigError(message("hardware: device '", excerpt(device), "' has parameters [",
                                  join_few(values), "], a positive number for each of [",
                                  join_few(table.parameters), "] expected"));
    }
}

Eigen::RowVectorXd logarithms_of(std::span<const double> values) {
    return Eigen::Map<const Eigen::RowVectorXd>(values.data(),
                                                static_cast<Eigen::Index>(values.size()))
        .array()
        .log();
}

/// constant, slopes.
Eigen::VectorXd regress(const Eigen::MatrixXd& z, const Eigen::VectorXd& y, double ridge) {
    Eigen::MatrixXd x(z.rows(), z.cols() + 1);
    x << Eigen::VectorXd::Ones(z.rows()), z;
    Eigen::MatrixXd gram = x.transpose() * x;
    gram.diagonal().tail(z.cols()).array() += ridge;
    return gram.ldlt().solve(x.transpose() * y);
}

double left_out_error(const Eigen::MatrixXd& z, const Eigen::VectorXd& y, double ridge) {
    double sum = 0;
    for (Eigen::Index left = 0; left < z.rows(); ++left) {
        Eigen::MatrixXd kept(z.rows() - 1, z.cols());
        kept << z.topRows(left), z.bottomRows(z.rows() - left - 1);
        Eigen::VectorXd values(y.size() - 1);
        values << y.head(left), y.tail(y.size() - left - 1);
        const Eigen::VectorXd found = regress(kept, values, ridge);
        sum += std::pow(y[left] - found[0] - z.row(left).dot(found.tail(z.cols())), 2);
    }
    return sum;
}

}  // namespace

void HardwareTable::check() const {
    const std::set<std::string> names(devices.begin(), devices.end());
    const std::set<std::string> kinds(parameters.begin(), parameters.end());
    if (devices.size() < 2 || names.size() != devices.size() || values.size() != devices.size() ||
        parameters.empty() || kinds.size() != parameters.size() || devices.size() > most_devices ||
        parameters.size() > most_parameters) {
        throw ConfigError(message("hardware: devices [", join_few(devices), "] with parameters [",
                                  join_few(parameters), "]: 2 to ", most_devices,
                                  " devices and 1 to ", most_parameters,
                                  " parameters, no name twice, expected"));
    }
    for (std::size_t d = 0; d < devices.size(); ++d)
        check_values(*this, values[d], devices[d]);
}

HardwareScaling::HardwareScaling(const HardwareTable& table) {
    table.check();
    const auto devices = static_cast<Eigen::Index>(table.devices.size());
    logarithms_.resize(devices, static_cast<Eigen::Index>(table.parameters.size()));
    for (Eigen::Index d = 0; d < devices; ++d)
        logarithms_.row(d) = logarithms_of(table.values[static_cast<std::size_t>(d)]);
    means_ = logarithms_.colwise().mean();
    factors_ = (logarithms_.rowwise() - means_).array().square().colwise().mean().sqrt().matrix();
    for (double& factor : factors_)
        factor = factor > 1e-9 ? 1 / factor : 0;
    known_ = (logarithms_.rowwise() - means_) * factors_.asDiagonal();
}

Eigen::VectorXd HardwareScaling::of(std::span<const double> values) const {
    return ((logarithms_of(values) - means_) * factors_.asDiagonal()).transpose();
}

HardwareScale::HardwareScale(const HardwareScaling& scaling, const Eigen::VectorXd& means) {
    const Eigen::VectorXd y = means.array().log();
    double least = std::numeric_limits<double>::infinity();
    for (double ridge : ridges) {
        const double error = left_out_error(scaling.known(), y, ridge);
        if (error < least) {
            least = error;
            ridge_ = ridge;
        }
    }
    const Eigen::VectorXd found = regress(scaling.known(), y, ridge_);
    constant_ = found[0];
    slopes_ = found.tail(found.size() - 1);
}

double HardwareScale::of(const Eigen::VectorXd& scaled) const {
    return std::exp(constant_ + slopes_.dot(scaled));
}

HardwareRows canonical(const HardwareRows& rows) {
    check_training_values(rows.archs, rows.latency);
    std::map<std::size_t, std::vector<std::size_t>> of_device;
    for (std::size_t i = 0; i < rows.device.size(); ++i)
        of_device[rows.device[i]].push_back(i);
    HardwareRows all{Architectures(rows.archs.space_ptr()), {}, {}};
    for (const auto& [device, numbers] : of_device) {
        std::vector<double> latency;
        for (const std::size_t row : numbers)
            latency.push_back(rows.latency[row]);
        const TrainingRows own = canonical_rows(rows.archs.select(numbers), latency);
        all.archs.append(own.archs);
        all.latency.insert(all.latency.end(), own.values.begin(), own.values.end());
        all.device.insert(all.device.end(), own.values.size(), device);
    }
    return all;
}

Eigen::VectorXd check_rows(const HardwareTable& table, const HardwareRows& rows) {
    table.check();
    check_training_values(rows.archs, rows.latency);
    Eigen::VectorXd sums = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(table.devices.size()));
    Eigen::VectorXd counts = sums;
    for (std::size_t i = 0; i < rows.latency.size(); ++i) {
        const auto device = static_cast<Eigen::Index>(rows.device.at(i));
        sums[device] += rows.latency[i];
        counts[device] += 1;
    }
    for (Eigen::Index d = 0; d < counts.size(); ++d) {
        if (counts[d] == 0) {
            throw DataError(message("hardware: device '",
                                    table.devices[static_cast<std::size_t>(d)], "' has no row"));
        }
    }
    return sums.cwiseQuotient(counts);
}

HardwareModel::HardwareModel(const SpacePtr& space, ModelInfo info, HardwareTable table,
                             Eigen::VectorXd means)
    : Predictor(space, std::move(info)), table_(std::move(table)), means_(std::move(means)),
      scaling_(table_) {}

PredictorPtr HardwareModel::for_device(const std::string& name) const {
    const std::string wanted = current_device_text(name);
    const auto found = std::ranges::find_if(
        table_.devices, [&](const auto& held) { return current_device_text(held) == wanted; });
    if (found == table_.devices.end()) {
        throw ConfigError(message("hardware: no device '", name, "' among [",
                                  join_few(table_.devices, 40), "]; give its parameters instead"));
    }
    ModelInfo other = info();
    other.device = name;
    return known(static_cast<std::size_t>(found - table_.devices.begin()), std::move(other));
}

PredictorPtr HardwareModel::for_parameters(std::span<const double> values, const std::string& name,
                                           bool from_two) const {
    check_values(table_, values, name);
    if (table_.devices.size() < 3 && !from_two) {
        throw DataError(message("hardware: fitted on ", join(table_.devices, " and "),
                                " only. Two devices differ by one binary variable, however many "
                                "parameters they have, so nothing follows for a third one: fit on "
                                "3 devices or more, or fine-tune to a few rows of it"));
    }
    ModelInfo other = info();
    other.device = name;
    const Eigen::VectorXd scaled = scaling_.of(values);
    return unknown(scaled, HardwareScale(scaling_, means_).of(scaled), std::move(other));
}

void HardwareModel::predict(const Architectures&, std::span<double>) const {
    throw ConfigError(message("hardware: name a device of [", join_few(table_.devices, 40),
                              "] or give its parameters"));
}

void HardwareModel::store(TensorFile& file) const {
    std::vector<double> all;
    for (const std::vector<double>& values : table_.values)
        all.insert(all.end(), values.begin(), values.end());
    file.put("hardware", all);
    file.put("means", std::vector<double>(means_.begin(), means_.end()));
    file.metadata["devices"] = join(table_.devices, "\n");
    file.metadata["parameters"] = join(table_.parameters, "\n");
}

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

}  // namespace

HardwareTable hardware_table_of(const TensorFile& file) {
    HardwareTable table{lines_of(file.text("parameters")), lines_of(file.text("devices")), {}};
    const std::vector<double> all = file.doubles("hardware");
    const std::size_t count = table.parameters.size();
    if (all.size() != count * table.devices.size())
        throw CorruptionError("damaged file: hardware parameters of each device expected");
    for (std::size_t d = 0; d < table.devices.size(); ++d) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(d * count);
        table.values.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(count));
    }
    table.check();
    return table;
}

Eigen::VectorXd hardware_means_of(const TensorFile& file) {
    const std::vector<double> means = file.doubles("means");
    if (!std::ranges::all_of(means, usable))
        throw CorruptionError("damaged file: positive mean latencies expected");
    return Eigen::Map<const Eigen::VectorXd>(means.data(), static_cast<Eigen::Index>(means.size()));
}

}  // namespace latpred
