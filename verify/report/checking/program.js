// A program, evaluated at the inputs of a certificate: operations in order, then guards, premises and statements.

class Undecided extends Error {}

const OTHERWISE = 'a formula branches otherwise at these inputs than where its program was written';
const PRECISIONS = [128, 256, 512, 1024];

const OPERATIONS = {
  '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide',
  neg: 'negate', abs: 'absolute', sqrt: 'sqrt', exp: 'exp', log: 'log', erfc: 'erfc', pi: 'pi',
};

// The values of all places: of the inputs, then of the operations, each of earlier ones.
function evaluated(program, inputs, arithmetic) {
  const values = inputs.map(exactly);
  for (const [operation, ...operands] of program.operations) {
    if (operation === 'constant') {
      values.push(exactly(fractionOf(operands[0])));
      continue;
    }
    const given = operands.map((place) => {
      if (!Number.isInteger(place) || place < 0 || place >= values.length) throw new Invalid('the program is damaged');
      return values[place];
    });
    if (!Object.hasOwn(OPERATIONS, operation)) throw new Invalid(`the program has an unknown operation, ${operation}`);
    values.push(given.includes(null) ? null : arithmetic[OPERATIONS[operation]](...given));
  }
  return values;
}

const RELATIONS = { '<': isLess, '≤': isAtMost, '=': isEqual, '≠': (a, b) => not(isEqual(a, b)) };

function related(relation, values, left, right) {
  const a = values[left], b = values[right];
  if (a === undefined || b === undefined) throw new Invalid('the program is damaged');
  if (a === null || b === null) throw new Undecided('a value is not finite, or too large');
  return RELATIONS[relation](a, b);
}

// What a tree states: { relation, value, entry, sides } or { relation, value, operands }; stated is what is said of it.
function judged(tree, values, arithmetic, stated) {
  const said = stated instanceof Map ? stated : new Map();
  if (tree.operands) {
    const told = Array.isArray(said.get('operands')) ? said.get('operands') : [];
    const operands = tree.operands.map((operand, k) => judged(operand, values, arithmetic, told[k]));
    return { relation: tree.relation, value: connected(tree.relation, operands.map((one) => one.value)), operands };
  }
  return tree.relation === '⪰' ? semidefinite(tree, values, arithmetic) : comparison(tree, values, said);
}

function connected(relation, [p, q]) {
  switch (relation) {
    case 'and': return both(p, q);
    case 'or': return not(both(not(p), not(q)));
    case 'not': return not(p);
    case 'implies': return not(both(p, not(q)));
    case 'iff': return both(not(both(p, not(q))), not(both(q, not(p))));
    default: throw new Invalid(`the program has an unknown connective, ${relation}`);
  }
}

// It is shown at the entry that the certificate states, or else at the first that makes it what it is.
function comparison(tree, values, said) {
  if (!Object.hasOwn(RELATIONS, tree.relation)) {
    throw new Invalid(`the program has an unknown relation, ${tree.relation}`);
  }
  const answers = tree.left.map((left, k) => related(tree.relation, values, left, tree.right[k]));
  const value = answers.includes(false) ? false : answers.includes(null) ? null : true;
  const stated = answers.findIndex((_, k) => areEqual(said.get('entry'), entryAt(k, tree.shape)));
  const k = stated < 0 ? answers.indexOf(value) : stated, sides = [values[tree.left[k]], values[tree.right[k]]];
  return { relation: tree.relation, value, there: answers[k], entry: entryAt(k, tree.shape), sides };
}

function entryAt(k, shape) {
  let rest = k;
  return [...shape].reverse().map((size) => { const i = rest % size; rest = (rest - i) / size; return i; }).reverse();
}

function areEqual(list, other) {
  return Array.isArray(list) && list.length === other.length && list.every((i, k) => i === other[k]);
}

// The smallest eigenvalue, by bisection: m − c is semidefinite for every c up to it, and for no other.
function semidefinite(tree, values, arithmetic) {
  const entries = tree.left.map((place) => values[place]), [size] = tree.shape;
  if (entries.includes(null)) throw new Undecided('a value is not finite, or too large');
  const given = Array.from({ length: size }, (_, i) => entries.slice(i * size, (i + 1) * size));
  if (given.some((row, i) => row.some((x, j) => isEqual(x, given[j][i]) === false))) {
    throw new Invalid('a matrix that is stated to be ⪰ 0 is not symmetric');
  }
  const half = exactly(fraction(1n, 2n));
  const rows = given.map((row, i) => row.map((x, j) => arithmetic.multiply(arithmetic.add(x, given[j][i]), half)));
  const value = definiteness(rows, arithmetic);
  const middle = { shape: tree.shape, entries: entries.map((x) => x.low) };
  const singular = value && entries.every(isExact) && rankOf(middle) < size;
  const smallest = singular ? exactly(ZERO) : smallestEigenvalue(rows, arithmetic);
  return { relation: '⪰', value, there: value, entry: [], sides: [smallest, exactly(ZERO)] };
}

// Whether a symmetric matrix is positive semidefinite, by elimination with any pivot > 0: true, false or null.
function definiteness(rows, arithmetic) {
  let rest = rows;
  while (rest.length) {
    const pivots = rest.map((row, i) => row[i]);
    if (pivots.some((x) => sign(x.high) < 0)) return false;
    const k = pivots.findIndex((x) => sign(x.low) > 0);
    if (k < 0) return flatness(rest);
    const top = rest[k], without = (row) => row.filter((_, j) => j !== k);
    rest = rest.filter((_, i) => i !== k).map((row) => {
      const factor = arithmetic.divide(row[k], top[k]);
      return without(row.map((x, j) => arithmetic.subtract(x, arithmetic.multiply(factor, top[j]))));
    });
  }
  return true;
}

// Where no pivot is known to be > 0: all entries are 0, or a pivot is that stands beside another entry, or it is open.
function flatness(rows) {
  const isZero = (x) => isExact(x) && sign(x.low) === 0, hasSign = (x) => sign(x.low) > 0 || sign(x.high) < 0;
  if (rows.every((row) => row.every(isZero))) return true;
  return rows.some((row, i) => isZero(row[i]) && row.some(hasSign)) ? false : null;
}

function smallestEigenvalue(rows, arithmetic) {
  const largestEntry = largest(rows.flat().map((x) => arithmetic.absolute(x).high));
  const most = plus(times(largestEntry, fraction(BigInt(rows.length))), ONE);
  const steps = rows.flat().every(isExact) ? 2048 : 2 * arithmetic.bits;
  // Where it is open, m − c is taken not to be semidefinite at first, and then to be so.
  const [[low], [, high]] = [false, true].map((taken) => {
    let ends = [minus(ZERO, most), most];
    for (let step = 0; step < steps && !isNarrow(...ends); step += 1) {
      const middle = over(plus(...ends), fraction(2n));
      const shifted = rows.map((row, i) => row.map((x, j) => (i === j ? arithmetic.subtract(x, exactly(middle)) : x)));
      ends = definiteness(shifted, arithmetic) ?? taken ? [middle, ends[1]] : [ends[0], middle];
    }
    return ends;
  });
  return { low, high };
}

function isNarrow(low, high) {
  const scale = sign(low) > 0 ? low : sign(high) < 0 ? minus(ZERO, high) : null;
  return scale && compared(minus(high, low), times(scale, fraction(1n, 1n << 72n))) < 0;
}

// The first that is as stated: at another precision another one may be the first that is certainly false.
function agreeing(violation, stated) {
  const errors = [];
  for (const found of stated) {
    try {
      requireAgreement(violation, found);
      return found;
    } catch (error) {
      errors.push(error);
    }
  }
  throw errors.find((error) => error instanceof Undecided) || errors[0];
}

// What the program finds at the inputs: what is false as stated. Precision grows while anything is undecided.
function violationOf(program, inputs, violation) {
  let why = null;
  for (const bits of PRECISIONS) {
    try {
      const arithmetic = new Intervals(bits), values = evaluated(program, inputs, arithmetic);
      const guards = program.guards.map(([relation, left, right]) => related(relation, values, left, right));
      if (guards.includes(false)) return { open: OTHERWISE };
      if (guards.includes(null)) throw new Undecided('a branch of a formula');
      const premises = program.premises.map((tree) => judged(tree, values, arithmetic));
      if (premises.some((one) => one.value === false)) return { reason: 'a premise is false at these inputs' };
      if (premises.some((one) => one.value === null)) throw new Undecided('a premise');
      const stated = program.stated.map((tree) => judged(tree, values, arithmetic, violation));
      const others = stated.filter((one) => one.value !== true);
      if (!others.length) return { reason: 'what the claim states is true at these inputs' };
      return { found: agreeing(violation, others), bits };
    } catch (error) {
      if (!(error instanceof Undecided)) throw error;
      why = error.message;
    }
  }
  return { open: `${why}: not decided in intervals of ${PRECISIONS.at(-1)} bits` };
}
