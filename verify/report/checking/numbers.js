// Fractions, and intervals of them that hold a number which is none. Nothing is a float.
// A value is { low, high }: one and the same fraction where it is exact; null where it has no value, or none is known.

function gcd(a, b) {
  while (b) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}

function fraction(n, d = 1n) {
  const g = (d < 0n ? -1n : 1n) * gcd(n, d);
  return { n: n / g, d: d / g };
}

const ZERO = fraction(0n), ONE = fraction(1n);
const plus = (a, b) => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
const minus = (a, b) => fraction(a.n * b.d - b.n * a.d, a.d * b.d);
const times = (a, b) => fraction(a.n * b.n, a.d * b.d);
const over = (a, b) => fraction(a.n * b.d, a.d * b.n);
const sign = (a) => (a.n > 0n ? 1 : a.n < 0n ? -1 : 0);
const compared = (a, b) => { const gap = a.n * b.d - b.n * a.d; return gap > 0n ? 1 : gap < 0n ? -1 : 0; };
const least = (list) => list.reduce((a, b) => (compared(b, a) < 0 ? b : a));
const largest = (list) => list.reduce((a, b) => (compared(b, a) > 0 ? b : a));
const floorOf = (a) => (a.n >= 0n ? a.n / a.d : -((-a.n + a.d - 1n) / a.d));
const bitsOf = (n) => (n < 0n ? -n : n).toString(16).length * 4;

// The integer part of a root of a number ≥ 0.
function integerRoot(n, degree = 2) {
  const k = BigInt(degree);
  if (n < 2n) return n;
  let x = 1n << BigInt(Math.floor(bitsOf(n) / degree) + 1);
  for (;;) {
    const next = ((k - 1n) * x + n / x ** (k - 1n)) / k;
    if (next >= x) return x;
    x = next;
  }
}

const exactly = (x) => ({ low: x, high: x });
const isExact = (x) => x.low === x.high || compared(x.low, x.high) === 0;

// Intervals, rounded outwards to so many bits.
class Intervals {
  constructor(bits) { this.bits = bits; }

  between(low, high) {
    if (compared(low, high) === 0) return exactly(low);
    return { low: this.rounded(low, false), high: this.rounded(high, true) };
  }

  rounded(x, up) {
    if (bitsOf(x.n) <= this.bits && bitsOf(x.d) <= this.bits) return x;
    const shift = BigInt(this.bits - bitsOf(x.n) + bitsOf(x.d));
    const scaled = shift >= 0n ? { n: x.n << shift, d: x.d } : { n: x.n, d: x.d << -shift };
    const whole = floorOf(scaled) + (up ? 1n : 0n);
    return shift >= 0n ? fraction(whole, 1n << shift) : fraction(whole << -shift);
  }

  add(a, b) { return this.between(plus(a.low, b.low), plus(a.high, b.high)); }
  subtract(a, b) { return this.between(minus(a.low, b.high), minus(a.high, b.low)); }
  negate(a) { return { low: minus(ZERO, a.high), high: minus(ZERO, a.low) }; }

  multiply(a, b) {
    if (isExact(a) && isExact(b)) return exactly(times(a.low, b.low));
    if (a === b) {
      const size = this.absolute(a);
      return this.between(times(size.low, size.low), times(size.high, size.high));
    }
    const ends = [times(a.low, b.low), times(a.low, b.high), times(a.high, b.low), times(a.high, b.high)];
    return this.between(least(ends), largest(ends));
  }

  divide(a, b) {
    if (sign(b.low) <= 0 && sign(b.high) >= 0) return null;
    if (isExact(a) && isExact(b)) return exactly(over(a.low, b.low));
    return this.multiply(a, { low: over(ONE, b.high), high: over(ONE, b.low) });
  }

  absolute(a) {
    if (sign(a.low) >= 0) return a;
    return sign(a.high) <= 0 ? this.negate(a) : { low: ZERO, high: largest([minus(ZERO, a.low), a.high]) };
  }

  // Of an interval around 0 it is that of the numbers ≥ 0, as the number is one if it has a root.
  sqrt(a) {
    if (sign(a.high) < 0) return null;
    const low = this.root(sign(a.low) < 0 ? ZERO : a.low);
    return isExact(a) ? low : this.between(low.low, this.root(a.high).high);
  }

  root(x) {
    const n = integerRoot(x.n), d = integerRoot(x.d);
    if (n * n === x.n && d * d === x.d) return exactly(fraction(n, d));
    const shift = BigInt(this.bits + Math.max(0, bitsOf(x.d) - bitsOf(x.n)));
    const whole = integerRoot((x.n << (2n * shift)) / x.d);
    return { low: fraction(whole, 1n << shift), high: fraction(whole + 1n, 1n << shift) };
  }

  exp(a) {
    const low = this.exponential(a.low), high = this.exponential(a.high);
    return low && high && this.between(low.low, high.high);
  }

  exponential(x) {
    if (sign(x) === 0) return exactly(ONE);
    if (sign(x) > 0) return this.growth(x);
    const inverse = this.growth(minus(ZERO, x));
    return inverse && this.divide(exactly(ONE), inverse);
  }

  // e^x = (e^t)^(2^m) for 0 < t = x/2^m ≤ ½; what follows the term t^k/k! is at most as large as that.
  growth(x) {
    const halvings = Math.max(0, bitsOf(x.n) - bitsOf(x.d) + 6);
    if (halvings > 24) return null;
    const fine = new Intervals(this.bits + halvings + 32), scale = BigInt(fine.bits);
    const t = bracketed(over(x, fraction(1n << BigInt(halvings))), scale);
    let term = [1n << scale, 1n << scale], sum = term;
    for (let k = 1n; term[1] > 1n || k < 3n; k += 1n) {
      term = [((term[0] * t[0]) >> scale) / k, ((term[1] * t[1]) >> scale) / k + 1n];
      sum = [sum[0] + term[0], sum[1] + term[1]];
    }
    let power = { low: fraction(sum[0], 1n << scale), high: fraction(sum[1] + term[1], 1n << scale) };
    for (let i = 0; i < halvings; i += 1) power = fine.multiply(power, power);
    return this.between(power.low, power.high);
  }

  log(a) {
    if (sign(a.low) <= 0) return null;
    const low = this.logarithm(a.low);
    return isExact(a) ? low : this.between(low.low, this.logarithm(a.high).high);
  }

  // log x = e log 2 + log m for x = 2^e m, ½ < m ≤ 2; and log m = 2 artanh((m − 1)/(m + 1)).
  logarithm(x) {
    if (compared(x, ONE) === 0) return exactly(ZERO);
    const exponent = x.n.toString(2).length - x.d.toString(2).length;
    const m = exponent >= 0 ? fraction(x.n, x.d << BigInt(exponent)) : fraction(x.n << BigInt(-exponent), x.d);
    const two = this.series(fraction(1n, 3n), 1n), rest = this.series(over(minus(m, ONE), plus(m, ONE)), 1n);
    const half = this.add(this.multiply(exactly(fraction(BigInt(exponent))), two), rest);
    return this.add(half, half);
  }

  erfc(a) {
    const low = this.complement(a.high), high = this.complement(a.low);
    return low && high && this.between(low.low, high.high);
  }

  // 1 − 2/√π Σ (−1)^k x^(2k+1)/(k! (2k+1)): from k = 2x² on each term is at most half the one before.
  complement(x) {
    if (sign(x) === 0) return exactly(ONE);
    const size = sign(x) < 0 ? minus(ZERO, x) : x, square = Number(floorOf(times(x, x))) + 1;
    if (square > 1600) return null;
    const fine = new Intervals(this.bits + 64 + 3 * square + Math.max(0, bitsOf(x.d) - bitsOf(x.n)));
    const scale = BigInt(fine.bits), step = bracketed(times(x, x), scale);
    let power = bracketed(size, scale), sum = power, term = power;
    for (let k = 1n; term[1] > 1n || k < 2n * BigInt(square) + 2n; k += 1n) {
      power = [((power[0] * step[0]) >> scale) / k, ((power[1] * step[1]) >> scale) / k + 1n];
      term = [power[0] / (2n * k + 1n), power[1] / (2n * k + 1n) + 1n];
      sum = k % 2n ? [sum[0] - term[1], sum[1] - term[0]] : [sum[0] + term[0], sum[1] + term[1]];
    }
    const total = fine.between(fraction(sum[0] - term[1], 1n << scale), fraction(sum[1] + term[1], 1n << scale));
    const half = fine.divide(total, fine.sqrt(fine.pi()));
    const error = fine.add(half, half), one = exactly(ONE);
    const value = sign(x) < 0 ? fine.add(one, error) : fine.subtract(one, error);
    return this.between(value.low, value.high);
  }

  // π = 16 arctan ⅕ − 4 arctan 1/239.
  pi() {
    const arctan = (d, factor) => this.multiply(exactly(fraction(factor)), this.series(fraction(1n, d), -1n));
    return this.subtract(arctan(5n, 16n), arctan(239n, 4n));
  }

  // Σ s^k z^(2k+1)/(2k+1) for |z| ≤ ⅓ and s = ±1, artanh or arctan: what follows a term is at most as large as that.
  series(z, s) {
    if (sign(z) === 0) return exactly(ZERO);
    const scale = BigInt(this.bits + 32 + Math.max(0, bitsOf(z.d) - bitsOf(z.n)));
    const size = sign(z) < 0 ? minus(ZERO, z) : z, step = bracketed(times(z, z), scale);
    let power = bracketed(size, scale), sum = power, term = power, plusOrMinus = s;
    for (let k = 3n; term[1] > 1n; k += 2n, plusOrMinus *= s) {
      power = [(power[0] * step[0]) >> scale, ((power[1] * step[1]) >> scale) + 1n];
      term = [power[0] / k, power[1] / k + 1n];
      sum = plusOrMinus > 0n ? [sum[0] + term[0], sum[1] + term[1]] : [sum[0] - term[1], sum[1] - term[0]];
    }
    const value = this.between(fraction(sum[0] - term[1], 1n << scale), fraction(sum[1] + term[1], 1n << scale));
    return sign(z) < 0 ? this.negate(value) : value;
  }
}

// Two integers between which a number ≥ 0 lies that is multiplied by 2^scale.
function bracketed(x, scale) {
  const low = (x.n << scale) / x.d;
  return [low, low + 1n];
}

// Three answers: true, false, or null where two intervals do not tell.
const isLess = (a, b) => (compared(a.high, b.low) < 0 ? true : compared(a.low, b.high) >= 0 ? false : null);
const isAtMost = (a, b) => (compared(a.high, b.low) <= 0 ? true : compared(a.low, b.high) > 0 ? false : null);
const isEqual = (a, b) => {
  if (isExact(a) && isExact(b)) return compared(a.low, b.low) === 0;
  return compared(a.high, b.low) < 0 || compared(b.high, a.low) < 0 ? false : null;
};
const not = (p) => (p === null ? null : !p);
const both = (p, q) => (p === false || q === false ? false : p === null || q === null ? null : true);
