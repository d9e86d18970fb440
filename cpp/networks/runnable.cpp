#include "networks/runnable.hpp"

#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "graphs/checked_graph.hpp"

namespace latpred {

NetworkRunnable::NetworkRunnable(std::string name, OpGraph graph,
                                 std::shared_ptr<const ParameterSource> parameters,
                                 const ExecutionOptions& options, bool staged)
    : name_(std::move(name)), graph_(std::move(graph)), parameters_(std::move(parameters)),
      options_(options), staged_(staged || options.device != "cpu") {
    check_device(options_.device);
}

void NetworkRunnable::prepare() {
    network_ = std::make_unique<Network>(graph_, parameters_, options_);
    input_.resize(batch_elements(options_.batch_size, graph_.input_shape()));
    output_.resize(batch_elements(options_.batch_size, graph_.output_shape()));
    Rng rng(0, "image");
    const int vocabulary = input_vocabulary(graph_);
    for (float& value : input_) {
        value = static_cast<float>(vocabulary > 0 ? std::floor(rng.uniform() * vocabulary)
                                                  : 2.0 * rng.uniform() - 1.0);
    }
    if (staged_)
        network_->stage(input_, options_.batch_size);
}

void NetworkRunnable::run() {
    if (!network_)
        throw Error(message("network '", name_, "': run before prepare"));
    if (staged_)
        network_->run_staged();
    else
        network_->forward(input_, options_.batch_size, output_);
}

std::span<const float> NetworkRunnable::output() const {
    if (staged_ && network_)
        network_->read(output_);
    return output_;
}

}  // namespace latpred
