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

  // e^x = (e^t)^(2^m) for |t| = |x|/2^m ≤ ½, where what follows the term t^k/k! is at most as large as that term.
  exponential(x) {
    if (sign(x) === 0) return exactly(ONE);
    const halvings = Math.max(0, bitsOf(x.n) - bitsOf(x.d) + 6);
    if (halvings > 40) return null;
    const fine = new Intervals(this.bits + halvings + 16);
    const t = exactly(over(x, fraction(1n << BigInt(halvings))));
    let term = exactly(ONE), sum = term;
    for (let k = 1n; k < 3n || compared(fine.absolute(term).high, fraction(1n, 1n << BigInt(fine.bits))) > 0; k += 1n) {
      term = fine.divide(fine.multiply(term, t), exactly(fraction(k)));
      sum = fine.add(sum, term);
    }
    const rest = fine.absolute(term).high;
    sum = fine.add(sum, { low: minus(ZERO, rest), high: rest });
    for (let i = 0; i < halvings; i += 1) sum = fine.multiply(sum, sum);
    return this.between(sum.low, sum.high);
  }

  log(a) {
    if (sign(a.low) <= 0) return null;
    const low = this.logarithm(a.low);
    return isExact(a) ? low : this.between(low.low, this.logarithm(a.high).high);
  }

  // log x = e log 2 + log m for x = 2^e m, ½ < m ≤ 2; and log m = 2 artanh((m − 1)/(m + 1)).
  logarithm(x) {
    if (compared(x, ONE) === 0) return exactly(ZERO);
    const fine = new Intervals(this.bits + 16);
    const exponent = x.n.toString(2).length - x.d.toString(2).length;
    const m = exponent >= 0 ? fraction(x.n, x.d << BigInt(exponent)) : fraction(x.n << BigInt(-exponent), x.d);
    const two = fine.artanh(fraction(1n, 3n)), rest = fine.artanh(over(minus(m, ONE), plus(m, ONE)));
    const half = fine.add(fine.multiply(exactly(fraction(BigInt(exponent))), two), rest);
    return this.between(plus(half.low, half.low), plus(half.high, half.high));
  }

  // Σ z^(2k+1)/(2k+1) for |z| ≤ ⅓: what follows a term is at most an eighth of it.
  artanh(z) { return this.odd(z, 1n); }

  // π = 16 arctan ⅕ − 4 arctan 1/239, of series whose terms alternate and fall.
  pi() {
    const fine = new Intervals(this.bits + 16), of = (d) => fine.odd(fraction(1n, d), -1n);
    const first = fine.multiply(exactly(fraction(16n)), of(5n)), second = fine.multiply(exactly(fraction(4n)), of(239n));
    return fine.subtract(first, second);
  }

  // Σ (±1)^k z^(2k+1)/(2k+1) for |z| ≤ ⅓: all that follows a term is at most as large as that.
  odd(z, signs) {
    if (sign(z) === 0) return exactly(ZERO);
    const step = exactly(times(fraction(signs), times(z, z)));
    let power = exactly(z), sum = power, term = power;
    const small = times(fraction(1n, 1n << BigInt(this.bits + 8)), sign(z) < 0 ? minus(ZERO, z) : z);
    for (let k = 3n; compared(this.absolute(term).high, small) > 0; k += 2n) {
      power = this.multiply(power, step);
      term = this.divide(power, exactly(fraction(k)));
      sum = this.add(sum, term);
    }
    const rest = this.absolute(term).high;
    return this.add(sum, { low: minus(ZERO, rest), high: rest });
  }
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
