// The passes that the proxies share.
#pragma once

#include <ATen/ATen.h>

#include <map>
#include <vector>

#include "base/monitor.hpp"
#include "networks/program_impl.hpp"
#include "networks/zero_cost.hpp"

namespace latpred::proxies {

/// The weights of a network's convolutions and linear layers, which are all that the proxies look
/// at, and the program that reads them.
class ProxyNetwork {
  public:
    /// Parameters are float32 numbers as `source` gives them; `changed`, where given, makes others
    /// of them before gradients are taken by them.
    ProxyNetwork(const OpGraph& graph, const ParameterSource& source, const ProgramForm& form,
                 bool differentiable, Monitor& monitor,
                 at::Tensor (*changed)(const at::Tensor&) = nullptr);

    [[nodiscard]] const Program& program() const { return program_; }
    [[nodiscard]] const std::vector<at::Tensor>& weights() const { return weights_; }
    /// The operators that own the weights.
    [[nodiscard]] const std::vector<int>& owners() const { return owners_; }
    /// Of the batch norms; passes with a momentum change them.
    [[nodiscard]] const std::vector<at::Tensor>& running_variances() const { return variances_; }

  private:
    struct Loaded;
    ProxyNetwork(const OpGraph& graph, Loaded&& loaded, const ProgramForm& form, Monitor& monitor);

    std::vector<at::Tensor> weights_;
    std::vector<int> owners_;
    std::vector<at::Tensor> variances_;
    Program program_;
};

/// By proxy; those that were not asked for may be missing.
using Values = std::map<Proxy, double>;

/// Whether a proxy is asked for.
bool wanted(const ProxyQuery& query, std::initializer_list<Proxy> any);

/// Of the weights alone; and of one forward pass of the batch in training mode, with a way back for
/// the loss, one for the inputs' Jacobians, one for second derivatives.
void batch_proxies(const OpGraph& graph, const ProxyQuery& query, Monitor& monitor, Values& values);
/// Without batch norms, with absolute weights, in float64.
void synflow_proxy(const OpGraph& graph, const ProxyQuery& query, Monitor& monitor, Values& values);
/// Two forward passes in training mode.
void zen_proxy(const OpGraph& graph, const ProxyQuery& query, Monitor& monitor, Values& values);

/// Σ of all elements in float64.
double total(const at::Tensor& tensor);

/// ∂of/∂by; zeros where there is no way.
std::vector<at::Tensor> slopes(const at::Tensor& of, const std::vector<at::Tensor>& by, bool keep,
                               bool again);

/// The batch's images, given or drawn, N x C x H x W.
at::Tensor batch_images(const Shape& shape, const ProxyQuery& query);

/// The batch's labels, given or drawn.
std::vector<std::int64_t> batch_labels(const OpGraph& graph, const ProxyQuery& query);

}  // namespace latpred::proxies
