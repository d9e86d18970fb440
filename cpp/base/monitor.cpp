#include "base/monitor.hpp"

namespace latpred {
namespace {

thread_local Monitor* current_monitor = nullptr;

}  // namespace

Monitor& Monitor::none() {
    static Monitor monitor;
    return monitor;
}

Monitor& Monitor::current() {
    return current_monitor == nullptr ? none() : *current_monitor;
}

MonitorScope::MonitorScope(Monitor& monitor) : outer_(current_monitor) {
    current_monitor = &monitor;
}

MonitorScope::~MonitorScope() {
    current_monitor = outer_;
}

void InterruptWatch::progress(std::size_t done, std::size_t total, std::string_view what) {
    interrupted_ = true;  // until it returns
    watched_.progress(done, total, what);
    interrupted_ = false;
}

void InterruptWatch::poll() {
    interrupted_ = true;
    watched_.poll();
    interrupted_ = false;
}

}  // namespace latpred
