// Membership, exactly. An array is { shape, entries }, in one list, row by row; a pair is a list of two.

const entry = (m, i, j) => m.entries[i * m.shape[1] + j];
const rowOf = (m, i) => m.entries.slice(i * m.shape[1], (i + 1) * m.shape[1]);
const rowsOf = (m) => Array.from({ length: m.shape[0] }, (_, i) => rowOf(m, i));
const total = (list) => list.reduce(plus, ZERO);
const same = (a, b) => compared(a, b) === 0;

function matrix(rows, columns, at) {
  const entries = [];
  for (let i = 0; i < rows; i += 1) for (let j = 0; j < columns; j += 1) entries.push(at(i, j));
  return { shape: [rows, columns], entries };
}

const transpose = (m) => matrix(m.shape[1], m.shape[0], (i, j) => entry(m, j, i));
const identityOf = (size) => matrix(size, size, (i, j) => (i === j ? ONE : ZERO));
const areSame = (a, b) => a.entries.every((x, k) => same(x, b.entries[k]));
const difference = (a, b) => ({ shape: a.shape, entries: a.entries.map((x, k) => minus(x, b.entries[k])) });

function product(a, b) {
  return matrix(a.shape[0], b.shape[1],
    (i, j) => total(Array.from({ length: a.shape[1] }, (_, k) => times(entry(a, i, k), entry(b, k, j)))));
}

// Gauss and Jordan: the rank, and of an invertible matrix what was beside it times its inverse.
function reduced(m, beside) {
  const rows = rowsOf(m).map((row, i) => (beside ? [...row, ...rowsOf(beside)[i]] : row));
  let rank = 0;
  for (let j = 0; j < m.shape[1] && rank < rows.length; j += 1) {
    const found = rows.findIndex((row, i) => i >= rank && sign(row[j]) !== 0);
    if (found < 0) continue;
    [rows[rank], rows[found]] = [rows[found], rows[rank]];
    const pivot = rows[rank].map((x) => over(x, rows[rank][j]));
    rows[rank] = pivot;
    rows.forEach((row, i) => { if (i !== rank) rows[i] = row.map((x, k) => minus(x, times(row[j], pivot[k]))); });
    rank += 1;
  }
  return { rank, rest: rows.map((row) => row.slice(m.shape[1])) };
}

const rankOf = (m) => reduced(m).rank;

const isSymmetric = (m) => areSame(m, transpose(m));

// Of a symmetric matrix, by elimination: a pivot 0 stands in a column of zeros.
function isSemidefinite(m) {
  let rest = rowsOf(m);
  while (rest.length) {
    const [top, ...below] = rest, pivot = top[0];
    if (sign(pivot) < 0 || (sign(pivot) === 0 && top.some((x) => sign(x) !== 0))) return false;
    rest = below.map((row) => row.slice(1).map(
      (x, k) => (sign(pivot) === 0 ? x : minus(x, over(times(row[0], top[k + 1]), pivot)))));
  }
  return true;
}

const isPositiveSemidefinite = (m) => isSymmetric(m) && isSemidefinite(m);
const isPositiveDefinite = (m) => isPositiveSemidefinite(m) && rankOf(m) === m.shape[0];
const isNonnegative = (m) => m.entries.every((x) => sign(x) >= 0);
const isPositive = (m) => m.entries.every((x) => sign(x) > 0);
const diagonalOf = (m) => Array.from({ length: m.shape[0] }, (_, i) => entry(m, i, i));
const isOne = (x) => same(x, ONE);
const hasOrthonormalColumns = (m) => areSame(product(transpose(m), m), identityOf(m.shape[1]));
const isContraction = (m) => isSemidefinite(difference(identityOf(m.shape[1]), product(transpose(m), m)));
const isStochastic = (m) => isNonnegative(m) && rowsOf(m).every((row) => isOne(total(row)));
const isSimplex = (v) => isNonnegative(v) && isOne(total(v.entries));
const commute = (a, b) => areSame(product(a, b), product(b, a));
const descending = (list) => [...list].sort((a, b) => compared(b, a));

function hasPattern(m, number) {
  const seen = new Map();
  return m.entries.every((x, k) => {
    const place = number(Math.floor(k / m.shape[1]), k % m.shape[1]);
    if (!seen.has(place)) seen.set(place, x);
    return same(seen.get(place), x);
  });
}

function isMMatrix(m) {
  const size = m.shape[0];
  const off = m.entries.every((x, k) => k % (size + 1) === 0 || sign(x) <= 0);
  const { rank, rest } = reduced(m, identityOf(size));
  return off && rank === size && rest.every((row) => row.every((x) => sign(x) >= 0));
}

function isMajorised([x, y], of) {
  const p = descending(x.entries), q = descending(y.entries);
  const below = p.every((_, k) => compared(total(p.slice(0, k)), total(q.slice(0, k))) <= 0);
  return below && same(total(p), total(q)) && isIn(x, of) && isIn(y, of);
}

function areOrdered([a, b], of) {
  return isIn(a, of) && isIn(b, of) && isPositiveSemidefinite(difference(b, a));
}

const always = () => true;
const DOMAINS = {
  Scalar: always, Vector: always, Matrix: always, AnySquare: always,
  NonNegative: isNonnegative, NonNegativeVector: isNonnegative, Nonnegative: isNonnegative,
  Positive: isPositive, PositiveVector: isPositive,
  Constant: (x, of) => same(x.entries[0], of.value),
  Spectrum: (v) => isNonnegative(v) && v.entries.every((x, k) => k === 0 || compared(v.entries[k - 1], x) >= 0),
  Interval: (m, of) => isBetween(m, of.limits),
  Integer: (m, of) => m.entries.every((x) => x.d === 1n) && isBetween(m, of.limits),
  LowRank: (m, of) => rankOf(m) <= of.rank,
  SignMatrix: (m) => m.entries.every((x) => isOne(times(x, x))),
  Permutation: (m) => hasOrthonormalColumns(m) && m.entries.every((x) => same(times(x, x), x)),
  Orthogonal: hasOrthonormalColumns,
  Isometry: (m) => m.shape[0] >= m.shape[1] && hasOrthonormalColumns(m),
  UnitVector: (v) => isOne(total(v.entries.map((x) => times(x, x)))),
  Simplex: isSimplex,
  PositiveSimplex: (v) => isPositive(v) && isSimplex(v),
  Stochastic: isStochastic,
  DoublyStochastic: (m) => isStochastic(m) && isStochastic(transpose(m)),
  MMatrix: isMMatrix,
  Triangular: (m) => m.entries.every((x, k) => Math.floor(k / m.shape[1]) <= k % m.shape[1] || sign(x) === 0),
  Toeplitz: (m) => hasPattern(m, (i, j) => j - i),
  Hankel: (m) => hasPattern(m, (i, j) => i + j),
  Circulant: (m) => hasPattern(m, (i, j) => (j - i + m.shape[0]) % m.shape[0]),
  Symmetric: isSymmetric,
  PositiveSemidefinite: isPositiveSemidefinite,
  PositiveDefinite: isPositiveDefinite,
  Correlation: (m) => diagonalOf(m).every(isOne) && isPositiveSemidefinite(m),
  Density: (m) => isOne(total(diagonalOf(m))) && isPositiveSemidefinite(m),
  Contraction: isContraction,
  Projection: (m) => isSymmetric(m) && areSame(product(m, m), m),
  Normal: (m) => commute(m, transpose(m)),
  Free: (pair, of) => pair.every((x) => isIn(x, of.of)),
  Commuting: (pair, of) => pair.every((x) => isIn(x, of.of)) && commute(...pair),
  Ordered: (pair, of) => areOrdered(pair, of.of),
  Majorised: (pair, of) => isMajorised(pair, of.of),
};

const isBetween = (m, limits) => !limits.length
  || m.entries.every((x) => compared(x, limits[0]) >= 0 && compared(x, limits[1]) <= 0);

const isIn = (value, domain) => DOMAINS[domain.kind](value, domain);
const isKnown = (domain) => Object.hasOwn(DOMAINS, domain.kind) && (!domain.of || isKnown(domain.of));
