#include "predictors/space_record.hpp"

#include <sstream>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "predictors/file_numbers.hpp"
#include "spaces/registry.hpp"

namespace latpred {
namespace {

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
    if (file.metadata.contains("depth"))
        options.depth = number_of<int>(file.text("depth"), "number of cells");
    return make_space(file.text("space"), options);
}

}  // namespace

void store_space(TensorFile& file, const Space& space) {
    const Family& family = space.family();
    file.metadata["space"] = family.name();
    file.metadata["feature_hash"] = feature_hash(space);
    if (family.options().width)
        file.metadata["width"] = number_text(*family.options().width);
    if (family.options().resolutions)
        file.metadata["resolutions"] = join(*family.options().resolutions, " ");
    if (family.options().image_size)
        file.metadata["image_size"] = std::to_string(*family.options().image_size);
    if (family.options().classes)
        file.metadata["classes"] = std::to_string(*family.options().classes);
    if (family.options().depth)
        file.metadata["depth"] = std::to_string(*family.options().depth);
    if (!family.definition().empty())
        file.metadata["definition"] = family.definition();
}

SpacePtr load_space(const TensorFile& file) {
    const SpacePtr space = make_stored_space(file);
    if (feature_hash(*space) != file.text("feature_hash")) {
        throw SchemaError(message("the model's genes differ from those of this version's ",
                                  space->description()));
    }
    return space;
}

}  // namespace latpred
