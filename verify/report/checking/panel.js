// A panel for each element with data-certificate and data-program, the ids of two blocks of JSON: a button that checks
// the certificate, which the reader may edit, and what was found. Without JavaScript there is nothing of it.

const VERDICTS = {
  valid: '✓ valid', invalid: '✗ refused: invalid', malformed: '✗ refused: malformed', open: '– not checked here',
};

function made(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function panel(place) {
  const textOf = (id) => document.getElementById(id).textContent.trim();
  const label = place.dataset.label || 'the certificate';
  const answer = made('div', { className: 'answer' });
  answer.setAttribute('role', 'status');
  const field = made('textarea', { spellcheck: false, rows: 16 });
  field.setAttribute('aria-label', `JSON of ${label}`);
  const original = () => textOf(place.dataset.certificate);
  const details = made('details', {}, made('summary', { textContent: 'Edit it first' }), field);
  const restore = made('button', { type: 'button', textContent: 'Undo the edits' });
  restore.addEventListener('click', () => { field.value = original(); answer.replaceChildren(); });
  let edited = false;
  details.addEventListener('toggle', () => {
    if (!edited) field.value = original();
    edited = true;
  });
  const seal = made('button', { type: 'button', textContent: 'Seal it anew' });
  seal.addEventListener('click', () => { field.value = resealed(field.value); answer.replaceChildren(); });
  details.append(seal, ' ', restore);
  const check = made('button', { type: 'button', textContent: 'Check here' });
  check.setAttribute('aria-label', `Check here: ${label}`);
  check.addEventListener('click', () => {
    const program = JSON.parse(textOf(place.dataset.program));
    const { verdict, lines } = checkCertificate(edited ? field.value : original(), program);
    const command = made('code', { textContent: edited ? 'vae-verify check FILE' : place.dataset.command });
    answer.className = `answer ${verdict}`;
    answer.replaceChildren(
      made('p', {}, made('strong', { textContent: VERDICTS[verdict] })),
      made('ol', {}, ...lines.map((line) => made('li', { textContent: line }))),
      ...(verdict === 'open' ? [made('p', {}, 'This checks it: ', command)] : []),
    );
  });
  place.replaceChildren(check, details, answer);
}

if (typeof document !== 'undefined') document.querySelectorAll('[data-certificate][data-program]').forEach(panel);
