#include "neural/edge_sums_impl.hpp"

#include <ATen/core/ivalue.h>
#include <torch/csrc/autograd/custom_function.h>

#include <utility>

#include "base/error.hpp"

namespace latpred {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// What a backward pass needs besides tensors.
struct EdgeRecord : torch::CustomClassHolder {
    EdgePairPtr edges;
    bool turned = false;
    float slope = 0;
    std::vector<float> shares, leaks;
};
using EdgeRecordPtr = c10::intrusive_ptr<EdgeRecord>;

constexpr const char* record_key = "edges";

void keep_record(AutogradContext* context, EdgeRecordPtr record) {
    context->saved_data[record_key] =
        c10::IValue::make_capsule(c10::intrusive_ptr<torch::CustomClassHolder>(std::move(record)));
}

EdgeRecordPtr kept_record(AutogradContext* context) {
    return c10::static_intrusive_pointer_cast<EdgeRecord>(
        context->saved_data[record_key].toCapsule());
}

at::Tensor sums(const EdgePair& edges, const at::Tensor& x, bool turned) {
    const EdgeList& list = turned ? edges.backward : edges.forward;
    const at::Tensor rows = x.contiguous();
    at::Tensor out = at::empty({static_cast<std::int64_t>(list.nodes()), x.size(1)}, at::kFloat);
    sum_edges(list, rows.const_data_ptr<float>(), out.mutable_data_ptr<float>(),
              static_cast<std::size_t>(x.size(1)));
    return out;
}

struct SumAlong : torch::autograd::Function<SumAlong> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x,
                              const EdgePairPtr& edges, bool turned) {
        auto record = c10::make_intrusive<EdgeRecord>();
        record->edges = edges;
        record->turned = turned;
        keep_record(context, std::move(record));
        return sums(*edges, x, turned);
    }

    static variable_list backward(AutogradContext* context, const variable_list& slopes) {
        const EdgeRecordPtr record = kept_record(context);
        return {sum_along(record->edges, slopes[0], !record->turned), {}, {}};
    }
};

EdgeAttention attention_of(const EdgePair& edges, const at::Tensor& k, const at::Tensor& a,
                           float slope) {
    return {edges.forward, k.const_data_ptr<float>(), a.const_data_ptr<float>(),
            static_cast<std::size_t>(k.size(1)), slope};
}

struct AttendAlong : torch::autograd::Function<AttendAlong> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& k, const at::Tensor& a,
                              const EdgePairPtr& edges, double slope) {
        auto record = c10::make_intrusive<EdgeRecord>();
        record->edges = edges;
        record->slope = static_cast<float>(slope);
        record->shares.resize(edges->forward.from.size());
        record->leaks.resize(record->shares.size());
        at::Tensor out = at::empty(k.sizes(), at::kFloat);
        attend(attention_of(*edges, k, a, record->slope), record->shares.data(),
               record->leaks.data(), out.mutable_data_ptr<float>());
        context->save_for_backward({k, a});
        keep_record(context, std::move(record));
        return out;
    }

    static variable_list backward(AutogradContext* context, const variable_list& slopes) {
        if (at::GradMode::is_enabled())
            throw ConfigError("attention along edges has no second derivatives");
        const variable_list saved = context->get_saved_variables();
        const EdgeRecordPtr record = kept_record(context);
        const at::Tensor out_slopes = slopes[0].contiguous();
        at::Tensor k_slopes = at::empty(saved[0].sizes(), at::kFloat);
        at::Tensor a_slopes = at::empty(saved[1].sizes(), at::kFloat);
        attend_backward(attention_of(*record->edges, saved[0], saved[1], record->slope),
                        record->shares.data(), record->leaks.data(),
                        out_slopes.const_data_ptr<float>(), k_slopes.mutable_data_ptr<float>(),
                        a_slopes.mutable_data_ptr<float>());
        return {k_slopes, a_slopes, {}, {}};
    }
};

}  // namespace

at::Tensor sum_along(const EdgePairPtr& edges, const at::Tensor& x, bool turned) {
    return x.requires_grad() ? SumAlong::apply(x, edges, turned) : sums(*edges, x, turned);
}

at::Tensor attend_along(const EdgePairPtr& edges, const at::Tensor& k, const at::Tensor& a,
                        double slope) {
    return AttendAlong::apply(k.contiguous(), a, edges, slope);
}

}  // namespace latpred
