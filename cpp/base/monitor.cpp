#include "base/monitor.hpp"

namespace latpred {

Monitor& Monitor::none() {
    static Monitor monitor;
    return monitor;
}

}  // namespace latpred
