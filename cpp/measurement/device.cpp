#include "measurement/device.hpp"

#include <algorithm>
#include <cctype>

#include "base/device_text.hpp"
#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

struct Runtime {
    std::string name;
    std::vector<std::string> modes;
    std::vector<std::string> precisions;
    std::vector<std::string> programs{};
};

/// "python" is any callable of the user's; batch size and threads are then what the user says.
/// "command" is any program that times an ONNX file. The modes of ONNX Runtime are its levels of
/// graph optimisation, "latency" is the hint of that name of OpenVINO.
/// int8-dynamic computes scales while running; int8 has fixed ones.
const std::vector<Runtime>& runtimes() {
    static const std::vector<Runtime> known = {
        {"libtorch",
         {"fastest", "prepacked", "channels-last", "folded", "plain"},
         {"fp32"},
         {libtorch_programs.begin(), libtorch_programs.end()}},
        {"libtorch-cuda", {"folded", "channels-last", "plain"}, {"fp32"}, {"runner"}},
        {"onnxruntime", {"all", "extended", "basic", "plain"}, {"fp32", "int8", "int8-dynamic"}},
        {"openvino", {"latency"}, {"fp32", "bf16", "int8"}},
        {"command", {"program"}, {"fp32", "fp16", "bf16", "int8"}},
        {"python", {"callable"}, {"fp32"}},
    };
    return known;
}

const Runtime& find_runtime(const std::string& name) {
    const auto& known = runtimes();
    const auto found = std::ranges::find(known, name, &Runtime::name);
    if (found == known.end()) {
        throw ConfigError(message("device: unknown runtime '", excerpt(name), "', expected one of ",
                                  join(device_runtimes()), did_you_mean(name, device_runtimes())));
    }
    return *found;
}

void require_one_of(const std::string& field, const std::string& value,
                    const std::vector<std::string>& known, const std::string& runtime) {
    if (std::ranges::find(known, value) == known.end()) {
        throw ConfigError(message("device: ", field, " '", excerpt(value), "' is not known to ",
                                  runtime, ", expected one of ", join(known),
                                  did_you_mean(value, known)));
    }
}

void require_positive(const std::string& field, int value, int most) {
    if (value < 1 || value > most) {
        throw ConfigError(message("device: ", field, " is ", value, ", expected 1 to ", most));
    }
}

std::string program_of(const Runtime& runtime, const std::string& program) {
    if (!program.empty() && runtime.programs.empty()) {
        throw ConfigError(message("device: program '", excerpt(program), "' is given, but ",
                                  runtime.name, " runs networks itself: no program expected"));
    }
    if (program.empty())
        return runtime.programs.empty() ? std::string() : runtime.programs.front();
    require_one_of("program", program, runtime.programs, runtime.name);
    return program;
}

/// The other modes are ways of the runner.
std::vector<std::string> modes_of(const Runtime& runtime, const std::string& program) {
    if (runtime.programs.empty() || program == runtime.programs.front())
        return runtime.modes;
    return {"plain", "channels-last"};
}

bool plain(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
}

}  // namespace

std::string Device::id() const {
    const std::string what = program.empty() ? runtime : message(runtime, "-", program);
    const std::string text =
        message(what, "-", mode, "-t", threads, "-b", batch_size, "-", precision);
    return name.empty() ? text : name + ":" + text;
}

bool Device::own_thread() const {
    return threads == 1 && runtime != "libtorch-cuda" && runtime != "command";
}

std::vector<std::string> device_runtimes() {
    std::vector<std::string> names;
    std::ranges::transform(runtimes(), std::back_inserter(names), &Runtime::name);
    return names;
}

std::vector<std::string> device_programs(const std::string& runtime) {
    return find_runtime(runtime).programs;
}

std::vector<std::string> device_modes(const std::string& runtime, const std::string& program) {
    const Runtime& found = find_runtime(runtime);
    return modes_of(found, program_of(found, program));
}

Device validated(Device device) {
    const Runtime& runtime = find_runtime(device.runtime);
    device.program = program_of(runtime, device.program);
    const std::vector<std::string> modes = modes_of(runtime, device.program);
    if (device.mode.empty())
        device.mode = modes.front();
    require_one_of("mode", device.mode, modes,
                   device.program.empty()
                       ? runtime.name
                       : message(runtime.name, " with program '", device.program, "'"));
    require_one_of("precision", device.precision, runtime.precisions, runtime.name);
    require_positive("threads", device.threads, 1024);
    require_positive("batch_size", device.batch_size, 65536);
    if (!std::ranges::all_of(device.name, plain)) {
        throw ConfigError(message("device: name '", device.name,
                                  "' may hold letters, digits, '-', '_' and '.' only"));
    }
    return device;
}

}  // namespace latpred
