// Denormal numbers: flushed to zero while measuring, as inference runtimes do.
#pragma once

namespace latpred {

/// Whether this thread flushes denormal results and reads denormal operands as zero.
bool flushes_denormals();

/// Sets both in the calling thread (threads that it starts inherit them) and restores what was
/// there, also on exceptions. Does nothing on processors other than x86-64 and AArch64.
class FlushDenormals {
  public:
    FlushDenormals();
    ~FlushDenormals();
    FlushDenormals(const FlushDenormals&) = delete;
    FlushDenormals& operator=(const FlushDenormals&) = delete;

  private:
    unsigned long long before_;
};

}  // namespace latpred
