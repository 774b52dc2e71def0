// A program, evaluated at the inputs of a certificate: its operations in order, then its guards, premises and statements.

class Undecided extends Error {}

const PRECISIONS = [128, 256, 512, 1024];

const OPERATIONS = {
  '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide',
  neg: 'negate', abs: 'absolute', sqrt: 'sqrt', exp: 'exp', log: 'log', pi: 'pi',
};

// The values of all places: of the inputs, then of the operations, each of earlier ones.
function evaluated(program, inputs, bits) {
  const arithmetic = new Intervals(bits), values = inputs.map(exactly);
  for (const [operation, ...operands] of program.operations) {
    if (operation === 'constant') {
      values.push(exactly(numberOf(operands[0])));
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

// What a tree states: { relation, value, entry, sides } or { relation, value, operands }.
function judged(tree, values) {
  if (tree.operands) {
    const operands = tree.operands.map((operand) => judged(operand, values));
    return { relation: tree.relation, value: connected(tree.relation, operands.map((one) => one.value)), operands };
  }
  return tree.relation === '⪰' ? semidefinite(tree, values) : comparison(tree, values);
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

// The entry that decides: the first false one, else one that is not decided, else the first.
function comparison(tree, values) {
  if (!Object.hasOwn(RELATIONS, tree.relation)) throw new Invalid(`the program has an unknown relation, ${tree.relation}`);
  const answers = tree.left.map((left, k) => related(tree.relation, values, left, tree.right[k]));
  const value = answers.includes(false) ? false : answers.includes(null) ? null : true;
  const k = answers.indexOf(value);
  let rest = k;
  const entry = [...tree.shape].reverse().map((size) => { const i = rest % size; rest = (rest - i) / size; return i; });
  return { relation: tree.relation, value, entry: entry.reverse(), sides: [values[tree.left[k]], values[tree.right[k]]] };
}

// Of a matrix of exact numbers: its smallest eigenvalue by bisection, as m − c is semidefinite for every c below it.
function semidefinite(tree, values) {
  const entries = tree.left.map((place) => values[place]);
  if (entries.includes(null)) throw new Undecided('a value is not finite, or too large');
  if (!entries.every(isExact)) throw new Undecided('eigenvalues of numbers that are not rational');
  const m = { shape: tree.shape, entries: entries.map((x) => x.low) };
  if (!isSymmetric(m)) throw new Invalid('a matrix that is stated to be ⪰ 0 is not symmetric');
  const value = isSemidefinite(m);
  return { relation: '⪰', value, entry: [], sides: [smallestEigenvalue(m), exactly(ZERO)] };
}

function smallestEigenvalue(m) {
  const shifted = (c) => difference(m, matrix(m.shape[0], m.shape[0], (i, j) => (i === j ? c : ZERO)));
  if (isSemidefinite(m) && rankOf(m) < m.shape[0]) return exactly(ZERO);
  const size = m.entries.reduce((sum, x) => plus(sum, sign(x) < 0 ? minus(ZERO, x) : x), ONE);
  let low = minus(ZERO, size), high = size;
  const near = (a, b) => {
    const gap = minus(b, a), scale = sign(a) > 0 ? a : sign(b) < 0 ? minus(ZERO, b) : null;
    return scale && compared(gap, times(scale, fraction(1n, 1n << 100n))) < 0;
  };
  while (!near(low, high)) {
    const middle = over(plus(low, high), fraction(2n));
    if (isSemidefinite(shifted(middle))) low = middle;
    else high = middle;
  }
  return { low, high };
}

// What the program finds at the inputs: the false statement. Precision grows while anything is undecided.
function violationOf(program, inputs) {
  let why = null;
  for (const bits of PRECISIONS) {
    try {
      const values = evaluated(program, inputs, bits);
      const guards = program.guards.map(([relation, left, right]) => related(relation, values, left, right));
      if (guards.includes(false)) return { open: 'a formula branches otherwise at these inputs than where its program was written' };
      if (guards.includes(null)) throw new Undecided('a branch of a formula');
      const premises = program.premises.map((tree) => judged(tree, values));
      if (premises.some((one) => one.value === false)) return { reason: 'a premise is false at these inputs' };
      if (premises.some((one) => one.value === null)) throw new Undecided('a premise');
      const stated = program.stated.map((tree) => judged(tree, values));
      const found = stated.find((one) => one.value === false);
      if (found) return { found, bits };
      if (stated.every((one) => one.value === true)) return { reason: 'what the claim states is true at these inputs' };
      throw new Undecided('what is stated');
    } catch (error) {
      if (!(error instanceof Undecided)) throw error;
      why = error.message;
    }
  }
  return { open: `${why}: not decided in intervals of ${PRECISIONS.at(-1)} bits` };
}
