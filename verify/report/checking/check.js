// The check of a certificate in the page, step by step as the page of certificates has them.
// It says "valid" only of what it has evaluated itself. What it cannot evaluate is left to the command.

const KEYS = {
  format: 'integer', claim: 'string', statement: 'string', dimensions: 'object', inputs: 'object', violation: 'object',
  precision: 'integer', source: 'string', versions: 'object', seal: 'string',
};
const NUMBER = /^-?[0-9]+(\/[1-9][0-9]*)?([+-][0-9]+(\/[1-9][0-9]*)?i)?$/;
const DECIMAL = /^(-?)(?:([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?|(Infinity))$/;
const LONGEST = 400, LONGEST_EXPONENT = 18, MOST_SIZE = 16, LEAST_BITS = 64, MOST_BITS = 1024, DIGITS = 20;

// Returns { valid, verdict, lines }: the verdict is valid, invalid, malformed, or open where this does not know how.
function checkCertificate(text, program) {
  const lines = [];
  const answer = (verdict, line) => ({ valid: verdict === 'valid', verdict, lines: [...lines, line] });
  try {
    const certificate = parsed(text);
    requireFields(certificate);
    lines.push('it has the fields of a certificate, and no others');
    requireSeal(certificate);
    lines.push('the seal fits the content');
    if (program.program !== 1) return answer('open', `a program of format ${program.program} is not known here`);
    requireClaim(certificate, program);
    lines.push(`it is of ${program.claim}, as that is stated here`);
    const read = inputsOf(certificate, program);
    if (read.open) return answer('open', read.open);
    lines.push(`${read.names.join(', ')}: of the right shapes, and in their domains`);
    const result = violationOf(program, read.values, certificate.get('violation'));
    if (result.open) return answer('open', result.open);
    if (result.reason) return answer('invalid', result.reason);
    if (program.guards.length) lines.push('every branch that the formulas take is the one of the program');
    if (program.premises.length) lines.push('the premises are true');
    const how = sidesOf(result.found).every(isExact) ? 'in exact fractions' : `in intervals of ${result.bits} bits`;
    return answer('valid', `the claim is false there, as the certificate says: ${shown(result.found)}, ${how}`);
  } catch (error) {
    if (error instanceof Malformed) return answer('malformed', error.message);
    if (error instanceof Invalid) return answer('invalid', error.message);
    return answer('invalid', `it cannot be checked: ${error && error.message}`);
  }
}

const isInteger = (x) => typeof x === 'number' && Number.isInteger(x);
const KINDS = { object: (x) => x instanceof Map, integer: isInteger, string: (x) => typeof x === 'string' };

function requireFields(certificate) {
  const keys = Object.keys(KEYS);
  if (!(certificate instanceof Map) || certificate.size !== keys.length || !keys.every((key) => certificate.has(key))) {
    throw new Malformed(`a certificate is a JSON object with the keys ${keys.join(', ')}`);
  }
  for (const key of keys) {
    if (!KINDS[KEYS[key]](certificate.get(key))) throw new Malformed(`${key} is not a JSON ${KEYS[key]}`);
  }
  if (certificate.get('format') !== 1) throw new Malformed(`format ${certificate.get('format')} is not 1`);
  if (![...certificate.get('dimensions').values()].every((size) => isInteger(size) && size >= 0 && size <= MOST_SIZE)) {
    throw new Malformed(`a dimension is an integer from 0 to ${MOST_SIZE}`);
  }
  const bits = certificate.get('precision');
  if (bits < LEAST_BITS || bits > MOST_BITS) {
    throw new Malformed(`the precision is from ${LEAST_BITS} to ${MOST_BITS} bits`);
  }
  if (![...certificate.get('versions').values()].every((version) => typeof version === 'string')) {
    throw new Malformed('a version is a string');
  }
}

function requireSeal(certificate) {
  if (sealed(certificate) !== certificate.get('seal')) {
    throw new Invalid('it was edited: the seal does not fit its content');
  }
}

function requireClaim(certificate, program) {
  if (certificate.get('claim') !== program.claim) {
    throw new Malformed(`it is not of ${program.claim}, which this checks`);
  }
  for (const key of ['statement', 'source']) {
    if (certificate.get(key) !== program[key]) throw new Invalid(`its ${key} is not that of ${program.claim}`);
  }
}

// A number as it is written in a certificate.
function numberOf(text) {
  const written = isInteger(text) ? String(text) : text;
  if (typeof written !== 'string' || written.length > LONGEST || !NUMBER.test(written)) {
    throw new Malformed(`${String(text).slice(0, 20)} is no number: write an integer, or a fraction such as "-3/4"`);
  }
  if (written.includes('i')) throw new Invalid(`${written.slice(0, 20)} is complex, where a real number is needed`);
  return fractionOf(written);
}

function fractionOf(text) {
  const [n, d] = text.split('/');
  return fraction(BigInt(n), BigInt(d || 1));
}

// The exact numbers of all inputs, one after the other, after each was found in its domain.
function inputsOf(certificate, program) {
  const given = certificate.get('inputs'), sizes = certificate.get('dimensions');
  requireNames(given, program.inputs.map((input) => input.name), 'arguments');
  requireNames(sizes, Object.keys(program.bounds), 'dimensions');
  for (const [name, [low, high]] of Object.entries(program.bounds)) {
    if (sizes.get(name) < low) throw new Invalid(`the dimension ${name} is at least ${low}`);
    if (high !== null && sizes.get(name) > high) throw new Invalid(`the dimension ${name} is at most ${high}`);
  }
  const others = Object.entries(program.dimensions).filter(([name, size]) => sizes.get(name) !== size);
  if (others.length) return { open: `the program here is for ${others.map((pair) => pair.join(' = ')).join(', ')}` };
  const values = [], names = [], unknown = [];
  for (const { name, domain, shapes } of program.inputs) {
    const value = given.get(name);
    if (domain.choices) {
      if (!domain.choices.includes(value)) throw new Invalid(`${name} is none of ${domain.choices.join(', ')}`);
      const chosen = program.choices[name];
      if (value !== chosen) return { open: `the program here is for ${name} = ${chosen}` };
    } else {
      values.push(...arraysOf(name, value, shapes).flatMap((array) => array.entries));
      if (!isKnown(domain)) unknown.push(`${name} (${domain.name || domain.kind})`);
      else if (!belongs(name, value, shapes, domain)) {
        throw new Invalid(`${name} is outside its domain, ${domain.kind}`);
      }
    }
    names.push(name);
  }
  return unknown.length ? { open: `this does not know the domain of ${unknown.join(', ')}` } : { values, names };
}

function belongs(name, value, shapes, domain) {
  const arrays = arraysOf(name, value, shapes);
  return isIn(shapes.length > 1 ? arrays : arrays[0], prepared(domain));
}

function requireNames(given, names, what) {
  if (given.size !== names.length || !names.every((name) => given.has(name))) {
    throw new Invalid(`the ${what} are ${names.join(', ')}, and no others`);
  }
}

function arraysOf(name, value, shapes) {
  const several = shapes.length > 1;
  if (several && !(Array.isArray(value) && value.length === shapes.length)) {
    throw new Invalid(`${name} is a list of ${shapes.length} arrays`);
  }
  return shapes.map((shape, k) => ({ shape, entries: entriesOf(name, several ? value[k] : value, shape) }));
}

function entriesOf(name, value, [size, ...rest]) {
  if (size === undefined) {
    if (Array.isArray(value)) throw new Invalid(`${name} has another shape`);
    return [numberOf(value)];
  }
  if (!Array.isArray(value) || value.length !== size) throw new Invalid(`${name} has another shape`);
  return value.flatMap((item) => entriesOf(name, item, rest));
}

function prepared(domain) {
  return {
    ...domain,
    limits: domain.limits && domain.limits.map(fractionOf),
    value: domain.value && fractionOf(domain.value),
    of: domain.of && prepared(domain.of),
  };
}

// An operand that is stated to be undecided may be decided, and a comparison be shown at any of its entries.
function requireAgreement(stated, found, outermost = true) {
  const keys = found.operands ? ['relation', 'value', 'operands'] : ['relation', 'value', 'entry', 'left', 'right'];
  if (!(stated instanceof Map) || stated.size !== keys.length || !keys.every((key) => stated.has(key))) {
    throw new Invalid('its violation is not the one found');
  }
  const value = stated.get('value'), other = `its violation is not the one found, of ${found.relation}`;
  if (stated.get('relation') !== found.relation || (value === null && outermost)) throw new Invalid(other);
  if (value !== null && found.value === null) throw new Undecided('what is stated');
  if (value !== null && value !== found.value) throw new Invalid(other);
  if (found.operands) {
    const operands = stated.get('operands');
    if (!Array.isArray(operands) || operands.length !== found.operands.length) {
      throw new Invalid('its violation is not the one found');
    }
    operands.forEach((operand, k) => requireAgreement(operand, found.operands[k], false));
    return;
  }
  if (!areEqual(stated.get('entry'), found.entry)) {
    throw new Invalid(`its violation is not at the entry found, [${found.entry.join(', ')}]`);
  }
  if (value === false && found.there === null) throw new Undecided('what is stated');
  if (value === false && found.there !== false) throw new Invalid(`it is true at [${found.entry.join(', ')}]`);
  ['left', 'right'].forEach((side, k) => requireWithin(side, stated.get(side), found.sides[k]));
}

// The bounds stated meet those found, which are rounded outwards to 20 digits.
function requireWithin(side, stated, value) {
  if (!(stated instanceof Map) || stated.size !== 2 || !stated.has('lower') || !stated.has('upper')) {
    throw new Malformed('an enclosure is a pair of decimal numbers, lower and upper');
  }
  const low = decimalOf(stated.get('lower')), high = decimalOf(stated.get('upper'));
  const lower = roundedTo(value.low, false), upper = roundedTo(value.high, true);
  if (orderOf(low, high) > 0 || orderOf(low, upper) > 0 || orderOf(high, lower) < 0) {
    throw new Invalid(`the ${side} side is ${decimalText(lower)} to ${decimalText(upper)}, not as stated`);
  }
}

// A decimal is { digits, exponent } for digits × 10^exponent, or { infinite: ±1 }.
function decimalOf(text) {
  const found = typeof text === 'string' && text.length <= LONGEST ? DECIMAL.exec(text) : null;
  if (!found || (found[4] || '').length > LONGEST_EXPONENT) {
    throw new Malformed('an enclosure is a pair of decimal numbers, lower and upper');
  }
  const [, minusSign, whole, part = '', exponent = '0', infinity] = found;
  if (infinity) return { infinite: minusSign ? -1 : 1 };
  return { digits: BigInt(minusSign + whole + part), exponent: BigInt(exponent) - BigInt(part.length) };
}

function roundedTo(x, up) {
  if (sign(x) === 0) return { digits: 0n, exponent: 0n };
  const lengthOf = (n) => String(n < 0n ? -n : n).length;
  // Not reduced: that is slow.
  const times10 = (shift) => (shift >= 0n ? { n: x.n * 10n ** shift, d: x.d } : { n: x.n, d: x.d * 10n ** -shift });
  let shift = BigInt(DIGITS - (lengthOf(x.n) - lengthOf(x.d))), scaled = times10(shift);
  if (lengthOf(scaled.n / scaled.d) > DIGITS) { shift -= 1n; scaled = times10(shift); }
  const whole = floorOf(scaled);
  return { digits: up && whole * scaled.d !== scaled.n ? whole + 1n : whole, exponent: -shift };
}

// The order of two decimals; exponents may be too large to write the numbers out.
function orderOf(a, b) {
  const signOf = (x) => (x.infinite ? x.infinite : x.digits > 0n ? 1 : x.digits < 0n ? -1 : 0);
  if (signOf(a) !== signOf(b) || signOf(a) === 0) return signOf(a) - signOf(b);
  if (a.infinite || b.infinite) return a.infinite && b.infinite ? 0 : a.infinite || -b.infinite;
  const heightOf = (x) => x.exponent + BigInt(String(x.digits < 0n ? -x.digits : x.digits).length);
  if (heightOf(a) !== heightOf(b)) return heightOf(a) > heightOf(b) ? signOf(a) : -signOf(a);
  const lowest = a.exponent < b.exponent ? a.exponent : b.exponent;
  const gap = a.digits * 10n ** (a.exponent - lowest) - b.digits * 10n ** (b.exponent - lowest);
  return gap > 0n ? 1 : gap < 0n ? -1 : 0;
}

function decimalText({ digits, exponent }) {
  const text = String(digits < 0n ? -digits : digits), shift = Number(exponent), minusSign = digits < 0n ? '−' : '';
  if (Math.abs(shift) > 3 * DIGITS) return `${minusSign}${text}E${shift}`;
  if (shift >= 0) return minusSign + text + '0'.repeat(shift);
  const padded = text.padStart(1 - shift, '0'), whole = padded.slice(0, shift);
  const part = padded.slice(shift).replace(/0+$/, '');
  return minusSign + whole + (part && `.${part}`);
}

const OPPOSITES = { '<': '≥', '≤': '>', '=': '≠', '⪰': '⋡' };

const sidesOf = (found) => (found.operands ? found.operands.flatMap(sidesOf) : found.sides);

// What was found, as in "1 > 0.69314718055994530941…"; of a connective, all that it connects.
function shown(found) {
  if (found.operands) return found.operands.map(shown).join('; ');
  const [left, right] = found.sides.map((side) => {
    if (isExact(side)) return String(side.low.n) + (side.low.d === 1n ? '' : `/${side.low.d}`);
    return `${decimalText(roundedTo(side.low, false))}…`;
  });
  const place = found.entry.length ? ` at [${found.entry.join(', ')}]` : '';
  const relation = { true: found.relation, false: OPPOSITES[found.relation], null: '?' }[found.value];
  return `${left} ${relation} ${right}${place}`;
}
