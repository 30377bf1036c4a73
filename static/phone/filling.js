// Posted values -> relevance -> answers -> calculations -> validity: the twin of forms_app/answers/filling.py and checking.py.
// What it knows of the form is the recipe (forms_app/answers/recipe.py). A test posts the same at random to both twins.
import peksosExpressions from "../expressions.js";
import { plain } from "./canonical.js";
import { cleaner, moment, Problem, strip } from "./cleaning.js";

const { evaluate, holds } = peksosExpressions;

const STARTED = "_start";
const PLACE = "..";
const LEVEL = "level";

// Objects by name have nothing of their own: a question may be called as what every object has.
const dictionary = (...parts) => Object.assign(Object.create(null), ...parts);
const own = (object, name) => (Object.prototype.hasOwnProperty.call(object, name) ? object[name] : undefined);
const plainly = (answers) => {
  const found = dictionary();
  for (const name of Object.keys(answers)) found[name] = plain(answers[name]);
  return found;
};

// A text with the answers that it repeats; `answer` gives each by its name.
export const said = (text, answer) => text.replace(/\$\{\s*(?:\w+\/)*(\w+)\s*\}/g, (_, name) => answer(name));

class Filling {
  constructor(recipe, posted, facts) {
    Object.assign(this, { recipe, posted, facts });
    this.context = { day: facts.day, now: facts.now, seed: facts.seed, labels: recipe.labels };
    this.values = dictionary(facts.event);
    this.answers = dictionary();
    this.calculated = dictionary();
    this.relevant = new Set();
    this.entries = dictionary();
    this.problems = [];
    this.warnings = [];
    this.level = this.card = "";
  }

  texts(name) {
    return own(this.posted, name) || [];
  }

  all(trees, values) {
    return trees.every((tree) => holds(tree, values, this.context));
  }

  complain(field, step, code, key = code) {
    this.problems.push({ field, code, message: said(step.say[key], this.facts.say) });
  }

  setLevel() {
    const { rules = [], card = "" } = this.recipe.outcome || {};
    const rule = rules.find((one) => this.all([one.when], this.values));
    this.values[LEVEL] = this.level = rule ? rule.level : "";
    this.card = rule ? rule.card : card;
  }

  // One question's value, unless it or what stands around it is not relevant.
  answer(step) {
    const { name } = step;
    if (!this.all(step.when, this.values)) {
      this.values[name] = null;
      return;
    }
    this.relevant.add(name);
    if (step.clean) {
      const answer = this.clean(step, name, this.values);
      this.values[name] = plain(answer);
      if (answer !== null) this.answers[name] = answer;
    } else if (step.rows) {
      this.repeat(step);
    } else if (step.stored) {
      const answer = step.fact ? this.fact(step.fact) : this.calculate(step, this.values);
      this.values[name] = answer;
      if (answer !== null) this.calculated[name] = answer;
    }
  }

  clean(step, field, values) {
    const { names } = step.clean;
    const how = names ? { ...step.clean, names: this.recipe.lists[names] } : step.clean;
    const raw = "fixed" in step ? [step.fixed] : this.texts(field);
    let answer = cleaner(step.type, how)(raw);
    if (answer !== null && !(answer instanceof Problem) && step.filter) answer = this.filter(step, answer, values);
    if (!(answer instanceof Problem)) return answer;
    this.complain(field, step, answer.code, answer.key);
    return null;
  }

  // The answer, when every choice in it passes the question's choice_filter.
  filter(step, answer, values) {
    const columns = this.recipe.columns[step.clean.names];
    const listed = this.recipe.lists[step.clean.names];
    for (const name of Array.isArray(answer) ? answer : [answer]) {
      const around = dictionary(values, { "@name": name });
      const place = listed.indexOf(name);
      for (const column of Object.keys(columns)) {
        if (columns[column][place] !== null) around[column] = columns[column][place];
      }
      if (!this.all([step.filter], around)) return new Problem("filter");
    }
    return answer;
  }

  // What is known of the filling without asking.
  fact(fact) {
    if (fact !== "start") return this.facts[fact];
    const told = this.texts(STARTED);
    const began = told.length ? told[told.length - 1] : this.facts.began;
    return began ? moment(began) : null;
  }

  calculate(step, values) {
    const value = step.tree === undefined ? step.constant : evaluate(step.tree, values, this.context);
    if (typeof value === "string") return [...value].slice(0, step.most).join("") || null;
    return value;
  }

  // The entries: as many as repeat_count says, else those in which something was entered.
  repeat(step) {
    const { name } = step;
    const numbers = step.count ? this.counted(step) : this.sent(step);
    const entries = numbers.map((number, place) => this.entry(step, place + 1, number));
    this.entries[name] = entries;
    this.values[name] = entries.length ? entries.map((one) => dictionary(plainly(one.answers), one.calculated)) : null;
    if (!entries.length) return;
    this.answers[name] = entries.map((one) => one.answers);
    const results = entries.map((one) => one.calculated);
    if (results.some((one) => Object.keys(one).length)) this.calculated[name] = results;
  }

  counted(step) {
    const value = evaluate(step.count, this.values, this.context);
    const wanted = typeof value === "number" && value > 0 ? Math.min(Math.trunc(value), step.limit) : 0;
    return Array.from({ length: wanted }, (_, number) => number);
  }

  sent(step) {
    const filled = (number) => step.children.some((child) => this.texts(`${step.name}-${number}-${child}`).some(strip));
    if (filled(step.limit)) this.complain(step.name, step, "too-many");
    return Array.from({ length: step.limit }, (_, number) => number).filter(filled);
  }

  // One entry; `place` counts the entries there are, `number` stands in the names of its fields.
  entry(repeat, place, number) {
    const entry = { number, own: dictionary({ [PLACE]: place }), answers: dictionary(), calculated: dictionary(), relevant: [] };
    const values = dictionary(this.values, entry.own);
    for (const step of repeat.rows) {
      const { name } = step;
      if (!this.all(step.when, values)) {
        values[name] = entry.own[name] = null;
        continue;
      }
      entry.relevant.push(step);
      if (!step.clean && !step.stored) continue;
      const kept = step.clean ? entry.answers : entry.calculated;
      const answer = step.clean ? this.clean(step, `${repeat.name}-${number}-${name}`, values) : this.calculate(step, values);
      values[name] = entry.own[name] = plain(answer);
      if (answer !== null) kept[name] = answer;
    }
    return entry;
  }

  // What is missing, breaks its constraint, or deserves a second look; problems stand in the order of the form.
  check(steps) {
    for (const name of this.recipe.form) {
      if (!this.relevant.has(name)) continue;
      const value = name in this.values ? this.values[name] : null;
      this.look(steps[name], name, this.values, value);
      for (const entry of this.entries[name] || []) this.checkEntry(name, entry);
    }
    const place = ({ field }) => this.recipe.form.indexOf(field.split("-")[0]);
    this.problems.sort((one, other) => place(one) - place(other));
  }

  checkEntry(name, entry) {
    const values = dictionary(this.values, entry.own);
    for (const step of entry.relevant) {
      const answer = step.name in entry.answers ? entry.answers[step.name] : null;
      this.look(step, `${name}-${entry.number}-${step.name}`, values, answer);
    }
  }

  look(step, field, values, answer) {
    if (this.problems.some((one) => one.field === field)) return;
    if (answer === null) {
      const { required } = step;
      if (required !== undefined && this.all([required], values)) this.complain(field, step, "required");
    } else if (step.constraint && !this.all([step.constraint], values)) {
      this.complain(field, step, "constraint");
    } else if (step.warn && this.all([step.warn], values)) {
      this.warnings.push({ field, code: "warning", message: said(step.say.warning, this.facts.say) });
    }
  }

  notes() {
    const { notes = [] } = this.recipe.outcome || {};
    return notes.filter((one) => !one.when || this.all([one.when], this.values)).map((one) => one.name);
  }

  // The answers of one part ("" for the main record), with what the part copies beside them.
  part(name) {
    const chosen = dictionary();
    const { questions, copies } = this.recipe.parts[name];
    for (const one of questions) if (one in this.answers) chosen[one] = this.answers[one];
    if (!Object.keys(chosen).length) return chosen;
    for (const one of copies) if (one in this.answers) chosen[one] = this.answers[one];
    return chosen;
  }
}

// Work out what the posted texts ({name: [texts]}) mean. `event` holds the event's data by name; `day` is YYYY-MM-DD and
// `now` YYYY-MM-DDTHH:MM, both in WIB; `seed` is the page's nonce; `began` is when the person began, unless _start was
// posted; `say` gives an answer for the messages that repeat it. `held` names the setting that must be set before this
// person can send. A card is a name, "" for none.
export const fill = (recipe, posted, { event = {}, day, now, seed = "", language, began = "", say }) => {
  const work = new Filling(recipe, posted, {
    event,
    day,
    now: now || `${day}T00:00`,
    seed,
    language: language || recipe.language,
    began,
    say: say || ((name) => own(event, name) || "…"),
  });
  for (const step of recipe.steps) step ? work.answer(step) : work.setLevel();
  work.check(dictionary(...recipe.steps.filter(Boolean).map((step) => ({ [step.name]: step }))));
  const { answers, calculated, level, card, problems, warnings, relevant } = work;
  const held = recipe.held && work.all([recipe.held.when], work.values) ? recipe.held.name : "";
  const partAnswers = (part) => work.part(part);
  return { answers, calculated, level, card, notes: work.notes(), problems, warnings, relevant: [...relevant], held, partAnswers };
};
