// The normal distribution, Student's t and Fisher's F: tails and quantiles.
#pragma once

namespace latpred {

/// P[Z <= z].
double normal_cdf(double z);

/// The z with P[Z <= z] = p, 0 < p < 1; to 1e-14 relative.
double normal_quantile(double p);

/// P[|T| >= |t|] with `degrees` > 0 degrees of freedom, which need not be whole; infinite: normal.
double student_tail(double t, double degrees);

/// The t >= 0 with P[|T| >= t] = `tail`, 0 < tail <= 1.
double student_bound(double tail, double degrees);

/// P[F >= f] with these degrees of freedom above and below, both > 0.
double f_tail(double f, double above, double below);

}  // namespace latpred
