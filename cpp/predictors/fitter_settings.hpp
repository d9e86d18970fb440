// Settings of a fitter as text: a JSON object that names its kind.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "predictors/fitter.hpp"

namespace latpred {

/// Written by `Fitter::settings`, read by the makers of the registry. Getters throw ConfigError for
/// a value of another type and give `fallback` where there is none.
class FitterSettings {
  public:
    explicit FitterSettings(const std::string& kind);
    /// ConfigError for what is no such object.
    static FitterSettings parse(std::string_view text);
    ~FitterSettings();
    FitterSettings(FitterSettings&&) noexcept;

    [[nodiscard]] const std::string& kind() const;
    [[nodiscard]] std::string text() const;

    FitterSettings& put(const char* name, double value);
    FitterSettings& put(const char* name, bool value);
    FitterSettings& put(const char* name, std::uint64_t value);
    FitterSettings& put(const char* name, const std::string& value);
    FitterSettings& put(const char* name, const std::vector<std::string>& value);
    FitterSettings& put(const char* name, const std::vector<std::size_t>& value);
    FitterSettings& put(const char* name, const std::vector<FitterPtr>& value);
    /// The whole model, as the bytes of its file in hexadecimal digits; nothing where null.
    FitterSettings& put(const char* name, const std::shared_ptr<const Predictor>& model);

    double number(const char* name, double fallback);
    bool flag(const char* name, bool fallback);
    std::uint64_t count(const char* name, std::uint64_t fallback);
    int small_count(const char* name, int fallback);
    std::string word(const char* name, const std::string& fallback);
    std::vector<std::string> words(const char* name);
    std::vector<std::size_t> counts(const char* name, std::vector<std::size_t> fallback);
    /// Each made by the registry.
    std::vector<FitterPtr> fitters(const char* name);
    PredictorPtr model(const char* name);

    /// ConfigError for a setting that no getter asked for.
    void finish() const;

  private:
    struct Parts;
    explicit FitterSettings(std::unique_ptr<Parts> parts);
    template <class T>
    T value(const char* name, const char* expected, T fallback);
    const nlohmann::json* find(const char* name);
    [[noreturn]] void refuse(const char* name, const char* expected) const;

    std::unique_ptr<Parts> parts_;
};

}  // namespace latpred
