#include "predictors/model_file.hpp"

#include <sstream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/numbers.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "predictors/intervals.hpp"
#include "predictors/registry.hpp"
#include "spaces/registry.hpp"

namespace latpred {
namespace {

constexpr const char* format = "1.0";
constexpr std::size_t digits = 64;
const std::string checksum_key = R"("sha256":")";
const std::string note_prefix = "note.";

template <class T>
T number_of(const std::string& text, const std::string& what) {
    const std::optional<T> value = parse_number<T>(text);
    if (!value)
        throw CorruptionError(
            message("damaged file: ", what, " '", excerpt(text), "' is no number"));
    return *value;
}

/// What genes mean: a model is worthless for a space whose genes have changed since.
std::string feature_hash(const Space& space) {
    Hash64 hash;
    for (const Gene& gene : space.genes()) {
        hash.bytes(gene.name());
        for (int i = 0; i < gene.choices(); ++i)
            hash.bytes(" ").bytes(gene.text(static_cast<GeneValue>(i)));
        hash.value(static_cast<std::uint64_t>(gene.gate))
            .value(static_cast<std::uint64_t>(gene.gate_from));
    }
    return std::to_string(hash.digest());
}

/// The checksum covers the whole file, its own digits read as zeros. Empty: there is none.
std::string checksum_of(std::string& bytes, std::string& stored) {
    const std::size_t key = bytes.find(checksum_key);
    if (key == std::string::npos || key + checksum_key.size() + digits > bytes.size())
        return {};
    const std::size_t begin = key + checksum_key.size();
    stored = bytes.substr(begin, digits);
    bytes.replace(begin, digits, digits, '0');
    return sha256(bytes);
}

SpacePtr make_stored_space(const TensorFile& file) {
    if (file.metadata.contains("definition"))
        return define_space(file.text("definition"));
    FamilyOptions options;
    if (file.metadata.contains("width"))
        options.width = number_of<double>(file.text("width"), "width");
    if (file.metadata.contains("resolutions")) {
        options.resolutions.emplace();
        std::istringstream stream(file.text("resolutions"));
        for (std::string word; stream >> word;)
            options.resolutions->push_back(number_of<int>(word, "resolution"));
    }
    if (file.metadata.contains("image_size"))
        options.image_size = number_of<int>(file.text("image_size"), "image size");
    if (file.metadata.contains("classes"))
        options.classes = number_of<int>(file.text("classes"), "number of classes");
    return make_space(file.text("space"), options);
}

SpacePtr space_of(const TensorFile& file) {
    const SpacePtr space = make_stored_space(file);
    if (feature_hash(*space) != file.text("feature_hash")) {
        throw SchemaError(message("the model's genes differ from those of this version's ",
                                  space->description()));
    }
    return space;
}

ModelInfo info_of(const TensorFile& file) {
    ModelInfo info{.kind = file.text("kind"),
                   .unit = file.text("unit"),
                   .device = file.text("device"),
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

/// CorruptionError where the checksum is missing or wrong.
void check_sum(std::string_view bytes, const std::string& where) {
    std::string copy(bytes);
    std::string stored;
    const std::string checksum = checksum_of(copy, stored);
    if (checksum.empty())
        throw CorruptionError(message(where, ": no latpred model: it has no checksum"));
    if (checksum != stored)
        throw CorruptionError(message(where, ": damaged file: the checksum does not match"));
}

}  // namespace

std::string predictor_bytes(const Predictor& predictor) {
    const Nesting nesting(Nesting::writing);
    const ModelInfo& info = predictor.info();
    const Family& family = predictor.space()->family();
    TensorFile file;
    file.metadata = {{"latpred_format", format},
                     {"kind", info.kind},
                     {"unit", info.unit},
                     {"device", info.device},
                     {"any_width", info.any_width ? "yes" : "no"},
                     {"training_hash", std::to_string(info.training_hash)},
                     {"training_rows", std::to_string(info.training_rows)},
                     {"space", family.name()},
                     {"feature_hash", feature_hash(*predictor.space())},
                     {"sha256", std::string(digits, '0')}};
    if (family.options().width)
        file.metadata["width"] = number_text(*family.options().width);
    if (family.options().resolutions)
        file.metadata["resolutions"] = join(*family.options().resolutions, " ");
    if (family.options().image_size)
        file.metadata["image_size"] = std::to_string(*family.options().image_size);
    if (family.options().classes)
        file.metadata["classes"] = std::to_string(*family.options().classes);
    if (!family.definition().empty())
        file.metadata["definition"] = family.definition();
    for (const auto& [key, value] : info.notes)
        file.metadata[note_prefix + key] = value;
    predictor.store(file);
    store_calibration(predictor, file);
    std::string bytes = write_tensors(file);
    std::string stored;
    std::string patched = bytes;
    const std::string checksum = checksum_of(patched, stored);
    return bytes.replace(bytes.find(checksum_key) + checksum_key.size(), digits, checksum);
}

PredictorPtr predictor_from_bytes(std::string_view bytes, const std::string& where) {
    const Nesting nesting(where, bytes.size());
    const TensorFile file = read_tensors(bytes, where);
    check_sum(bytes, where);
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
    const SpacePtr space = space_of(file);
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
