#include "predictors/model_file.hpp"

#include <utility>

#include "base/device_text.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/sealed_file.hpp"
#include "base/text.hpp"
#include "predictors/file_numbers.hpp"
#include "predictors/intervals.hpp"
#include "predictors/registry.hpp"
#include "predictors/space_record.hpp"

namespace latpred {
namespace {

constexpr const char* format = "1.0";
const std::string note_prefix = "note.";

ModelInfo info_of(const TensorFile& file) {
    ModelInfo info{.kind = file.text("kind"),
                   .unit = file.text("unit"),
                   .device = current_device_text(file.text("device")),
                   .any_width = file.text("any_width") == "yes",
                   .training_hash = number_of<std::uint64_t>(file.text("training_hash"), "hash"),
                   .training_rows = number_of<std::size_t>(file.text("training_rows"), "rows"),
                   .notes = {}};
    for (const auto& [key, value] : file.metadata) {
        if (key.starts_with(note_prefix))
            info.notes[key.substr(note_prefix.size())] = value;
    }
    return info;
}

/// Models inside of models (a source, members): a file made to nest without end must exhaust
/// neither the stack nor the memory, and one that could not be read again must not be written.
class Nesting {
  public:
    explicit Nesting(const std::string& where, std::size_t bytes = 0) {
        bytes_ = depth_ == 0 ? bytes : bytes_ + bytes;
        if (depth_ >= most || bytes_ > most_bytes) {
            const std::string text = message(where, ": more than ", most, " models in each other, ",
                                             "or more than ", most_bytes >> 20, " MiB of them");
            if (where == writing)
                throw ConfigError(text);
            throw CorruptionError(text);
        }
        ++depth_;
    }
    ~Nesting() { --depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

    static constexpr const char* writing = "save";

  private:
    static constexpr int most = 16;
    static constexpr std::size_t most_bytes = std::size_t{1} << 30;
    static thread_local int depth_;
    static thread_local std::size_t bytes_;  ///< of all models read since the outermost began
};

thread_local int Nesting::depth_ = 0;
thread_local std::size_t Nesting::bytes_ = 0;

}  // namespace

std::string predictor_bytes(const Predictor& predictor) {
    const Nesting nesting(Nesting::writing);
    const ModelInfo& info = predictor.info();
    TensorFile file;
    file.metadata = {{"latpred_format", format},
                     {"kind", info.kind},
                     {"unit", info.unit},
                     {"device", info.device},
                     {"any_width", info.any_width ? "yes" : "no"},
                     {"training_hash", std::to_string(info.training_hash)},
                     {"training_rows", std::to_string(info.training_rows)}};
    store_space(file, *predictor.space());
    for (const auto& [key, value] : info.notes)
        file.metadata[note_prefix + key] = value;
    predictor.store(file);
    store_calibration(predictor, file);
    return sealed_bytes(std::move(file));
}

PredictorPtr predictor_from_bytes(std::string_view bytes, const std::string& where) {
    const Nesting nesting(where, bytes.size());
    const TensorFile file = read_sealed(bytes, where);
    const std::string& version = file.text("latpred_format");
    if (!version.starts_with("1.")) {
        throw ModelVersionError(
            message(where, ": model format ", excerpt(version), ", 1.x expected"));
    }
    const PredictorLoader loader = find_loader(file.text("kind"));
    if (loader == nullptr) {
        throw ModelVersionError(message(where, ": this build knows no models of kind '",
                                        excerpt(file.text("kind")), "'"));
    }
    const SpacePtr space = load_space(file);
    try {
        PredictorPtr model = loader(space, info_of(file), file);
        load_calibration(*model, file);
        return model;
    } catch (const StorageError&) {
        throw;
    } catch (const Cancelled&) {
        throw;
    } catch (const Error& error) {  // what a constructor refuses
        throw CorruptionError(message(where, ": damaged file: ", error.what()));
    }
}

void save_predictor(const Predictor& predictor, const std::string& path) {
    write_file(path, predictor_bytes(predictor));
}

PredictorPtr load_predictor(const std::string& path) {
    return predictor_from_bytes(read_file(path), path);
}

}  // namespace latpred
