// Random histories of the world, and what must be true of every one of them.

import { targetKey } from '../../src/engine/group.ts';
import type { Delivery, Target } from '../../src/engine/types.ts';
import { isResolved } from '../../src/model/alert.ts';
import type { Config, InhibitRule, ReceiverConfig, RouteConfig } from '../../src/model/config.ts';
import { fingerprint, type LabelSet, labelValue } from '../../src/model/labels.ts';
import { type Matcher, matchesAll, newMatcher } from '../../src/model/matcher.ts';
import type { Outcome } from '../../src/model/notification.ts';
import { Random } from './random.ts';
import { type Told, World } from './world.ts';

const SECOND = 1_000;
const START = Date.UTC(2026, 4, 4, 9, 0, 0);

export interface HistoryOptions {
  readonly crashes: boolean;
  readonly reloads: boolean;
  readonly silences: boolean;
}

export interface Story {
  readonly violations: readonly string[];
  /** Everything that happened, for comparison. */
  readonly text: string;
  readonly notifications: number;
  readonly restarts: number;
}

/** Plays the history of a seed and reports which invariants it breaks. */
export function playHistory(seed: number, options: HistoryOptions): Story {
  const player = new Player(seed, options);
  player.play();
  return player.story();
}

function eq(name: string, value: string): Matcher {
  return newMatcher(name, '=', value);
}

/** What is known of a target from the outside: only what it was told, and whether it answered. */
interface Knowledge {
  readonly target: Target;
  firing: ReadonlySet<string>;
  resolved: ReadonlySet<string>;
  /** What attempts without an answer told as firing and as over, if they arrived. */
  readonly maybeFiring: Set<string>;
  readonly maybeOver: Set<string>;
  at: number;
  /** Fingerprint -> what was last told of it, and when. */
  readonly last: Map<string, { readonly firing: boolean; readonly at: number }>;
  /** Fingerprints that a flush found muted since they were last told. */
  readonly muted: Set<string>;
}

class Player {
  private readonly random: Random;
  private readonly options: HistoryOptions;
  private readonly world: World;
  private readonly violations: string[] = [];
  private readonly known = new Map<string, Knowledge>();
  private readonly lines: string[] = [];
  private readonly pool: LabelSet[] = [];
  private silences = 0;
  private restarts = 0;
  /** Outcomes that a crash or a reload may have swallowed: a repetition is excused until the target is told again. */
  private readonly excused = new Set<string>();
  private lastReloadAt = 0;
  /** What targets asked for by Retry-After; a restart or a reload may forget it. */
  private readonly notBefore = new Map<string, number>();

  constructor(seed: number, options: HistoryOptions) {
    this.random = new Random(seed);
    this.options = options;
    for (const alertname of ['A', 'B']) {
      for (const team of ['x', 'y']) {
        for (const inst of ['1', '2']) {
          for (const sev of ['crit', 'warn']) this.pool.push({ alertname, inst, sev, team });
        }
      }
    }
    this.world = new World(this.randomConfig(), START, { deadlinesPerStep: 1 + this.random.below(5) });
    this.world.onTold = (told) => this.heard(told);
    this.world.onAttempt = (delivery) => this.attempted(delivery);
    this.world.onLost = (delivery) => {
      // Half of them arrived all the same.
      if (this.random.chance(0.5)) this.arrived(delivery);
    };
    this.world.onWrites = (writes) => {
      for (const write of writes) {
        if (write.type !== 'decision') continue;
        const entry = this.knowledge(write.decision);
        for (const mute of write.decision.muted) {
          for (const alert of mute.alerts) {
            entry.muted.add(alert);
            const labels = this.world.engine.view.alert(alert)?.labels;
            if (labels !== undefined && !this.isQuiet(labels))
              this.violate(`${alert} is held back by ${mute.by} without cause`);
          }
        }
      }
    };
  }

  play(): void {
    const steps = 40 + this.random.below(60);
    for (let i = 0; i < steps; i++) {
      this.act();
      this.world.runTo(this.world.now + this.random.below(40 * SECOND));
      this.checkKnown();
      this.reviveSometimes(0.5);
    }
    this.calm();
    this.checkTold();
    this.checkJournal();
    for (const { labels } of [...this.world.firing.values()]) this.world.resolve(labels);
    this.world.runTo(this.world.now + 20 * 60 * SECOND);
    this.checkOver();
  }

  story(): Story {
    return {
      violations: this.violations,
      text: this.lines.join('\n'),
      notifications: this.world.told.length,
      restarts: this.restarts,
    };
  }

  private act(): void {
    const { random, world } = this;
    const dice = random.unit();
    if (dice < 0.35) world.fire(random.pick(this.pool));
    else if (dice < 0.55) {
      const firing = [...world.firing.values()];
      if (firing.length > 0) world.resolve(random.pick(firing).labels);
    } else if (dice < 0.6) {
      const firing = [...world.firing.values()];
      if (firing.length > 0) world.vanish(random.pick(firing).labels);
    } else if (dice < 0.7 && this.options.silences) this.changeSilences();
    else if (dice < 0.85) this.upset();
    else if (dice < 0.9 && this.options.reloads && world.isUp()) {
      for (const key of world.busy()) this.excused.add(key);
      this.lastReloadAt = world.now;
      this.notBefore.clear();
      world.reload(this.randomConfig());
    } else if (dice < 0.97 && this.options.crashes && world.isUp()) {
      if (random.chance(0.5)) world.crashIn = 1 + random.below(6);
      else this.crash();
    }
  }

  private crash(): void {
    for (const key of this.world.busy()) this.excused.add(key);
    this.world.crash();
  }

  private reviveSometimes(p: number): void {
    if (this.world.isUp() || !this.random.chance(p)) return;
    this.restarts++;
    this.notBefore.clear();
    // What was under way at the crash may have arrived without our knowing it.
    for (const key of this.known.keys()) this.excused.add(key);
    this.world.restart();
  }

  private changeSilences(): void {
    const { random, world } = this;
    const present = [...world.engine.view.silences()].filter((s) => s.endsAt > world.now);
    if (present.length > 0 && random.chance(0.5)) {
      const silence = random.pick(present);
      world.silence({ ...silence, endsAt: world.now - 1, updatedAt: world.now });
      return;
    }
    const labels = random.pick(this.pool);
    const startsAt = world.now + random.below(60) * SECOND;
    world.silence({
      id: `s${++this.silences}`,
      matcherSets: [[eq('alertname', labels['alertname']!), eq('team', labels['team']!)]],
      startsAt,
      endsAt: startsAt + (30 + random.below(300)) * SECOND,
      updatedAt: world.now,
      createdBy: '',
      comment: '',
      annotations: {},
    });
  }

  /** Receivers that fail, are slow, or ask to wait. */
  private upset(): void {
    const { random, world } = this;
    const list = Array.from({ length: 1 + random.below(4) }, () => {
      const latencyMs = random.chance(0.4) ? random.below(20 * SECOND) : 1 + random.below(50);
      return { latencyMs, outcome: this.randomOutcome() };
    });
    world.answers.set(random.pick(['r0', 'r1', 'r2']), list);
  }

  private randomOutcome(): Outcome {
    const dice = this.random.unit();
    if (dice < 0.3) return { ok: true };
    if (dice < 0.7) return { ok: false, retry: true, reason: 'serverError', message: '500' };
    if (dice < 0.85) return { ok: false, retry: false, reason: 'clientError', message: '400' };
    return {
      ok: false,
      retry: true,
      reason: 'rateLimited',
      message: '429',
      retryAfterMs: this.random.below(40) * SECOND,
    };
  }

  /** Nothing bad happens any more, for long enough that everything that is due comes about. */
  private calm(): void {
    const { world } = this;
    world.answers.clear();
    world.crashIn = Number.POSITIVE_INFINITY;
    this.reviveSometimes(1);
    for (const silence of [...world.engine.view.silences()]) {
      if (silence.endsAt > world.now) world.silence({ ...silence, endsAt: world.now - 1, updatedAt: world.now });
    }
    world.runTo(world.now + 10 * 60 * SECOND);
  }

  private attempted(delivery: Delivery): void {
    const { world } = this;
    const { view } = world.engine;
    const key = targetKey(delivery);
    const where = `${delivery.groupKey} ${delivery.receiver}/${delivery.integration}[${delivery.index}]`;
    if (world.busy().includes(key)) this.violate(`two attempts at a time to ${where}`);
    if (delivery.deadlineAt <= world.now) this.violate(`an attempt after its deadline to ${where}`);
    if ((this.notBefore.get(key) ?? 0) > world.now) this.violate(`an attempt before the time that ${where} asked for`);
    if (!this.hearsOfEnds(delivery) && delivery.alerts.some((a) => a.status === 'resolved')) {
      this.violate(`an end told to ${where}, which does not want to hear of ends`);
    }
    if (delivery.alerts.length === 0) this.violate(`an empty notification to ${where}`);
    for (const alert of delivery.alerts) {
      const present = view.alert(alert.fingerprint);
      const firing = present !== undefined && !isResolved(present, world.now);
      if (firing !== (alert.status === 'firing'))
        this.violate(`${alert.status} told of an alert that is not, to ${where}`);
      if (this.isQuiet(alert.labels)) this.violate(`a silenced or inhibited alert told to ${where}`);
    }
  }

  private heard({ delivery, outcome }: Told): void {
    this.lines.push(
      `${this.world.now - START} ${targetKey(delivery)} ${delivery.reason} ${delivery.alerts.map((a) => `${a.status}:${a.fingerprint}`).join(',')} ${outcome.ok ? 'ok' : outcome.message}`,
    );
    const { retryAfterMs = 0 } = outcome.ok ? {} : outcome;
    this.notBefore.set(targetKey(delivery), this.world.now + retryAfterMs);
    const entry = this.knowledge(delivery);
    if (!outcome.ok) {
      if (outcome.maybeTold !== true) return;
      for (const { status, fingerprint } of delivery.alerts) {
        (status === 'firing' ? entry.maybeFiring : entry.maybeOver).add(fingerprint);
      }
      if (this.random.chance(0.5)) this.reached(delivery);
      return;
    }
    const firing = new Set(delivery.alerts.filter((a) => a.status === 'firing').map((a) => a.fingerprint));
    const resolved = new Set(delivery.alerts.filter((a) => a.status === 'resolved').map((a) => a.fingerprint));
    const key = targetKey(delivery);
    // A reload may have taken alerts away from the target and another brought them back.
    if (!this.excused.has(key) && entry.at > this.lastReloadAt) this.checkReason(delivery, entry, firing, resolved);
    this.excused.delete(key);
    entry.firing = firing;
    entry.resolved = resolved;
    entry.maybeFiring.clear();
    entry.maybeOver.clear();
    entry.at = this.world.now;
    this.arrived(delivery);
  }

  private arrived(delivery: Delivery): void {
    const { muted } = this.reached(delivery);
    for (const { fingerprint } of delivery.alerts) muted.delete(fingerprint);
  }

  /** Somebody has read it, of which the server may know nothing. */
  private reached(delivery: Delivery): Knowledge {
    const entry = this.knowledge(delivery);
    for (const { fingerprint, status } of delivery.alerts) {
      entry.last.set(fingerprint, { firing: status === 'firing', at: delivery.at });
    }
    return entry;
  }

  private checkReason(
    delivery: Delivery,
    before: Knowledge,
    firing: ReadonlySet<string>,
    resolved: ReadonlySet<string>,
  ): void {
    // An alert that ended while it was muted ended in silence: it is news again when it fires.
    const isNew = [...firing].some(
      (alert) => !before.firing.has(alert) || before.muted.has(alert) || before.maybeOver.has(alert),
    );
    const wanted = (() => {
      switch (delivery.reason) {
        case 'first notification':
        case 'new alerts added':
          return isNew;
        case 'some alerts resolved':
          return [...resolved].some((alert) => !before.resolved.has(alert));
        case 'all alerts resolved':
          return firing.size === 0 && before.firing.size + before.maybeFiring.size > 0;
        case 'repeat interval elapsed':
          return this.world.now - before.at >= this.shortestRepeat();
      }
    })();
    // A receiver that does not hear of ends cannot know that an alert fires anew.
    if (!wanted && this.hearsOfEnds(delivery)) {
      this.violate(`told again without a reason (${delivery.reason}) to ${delivery.groupKey} ${delivery.receiver}`);
    }
  }

  private checkTold(): void {
    const { world } = this;
    const { view } = world.engine;
    for (const group of view.groups()) {
      const receiver = world.config.receivers.find((r) => r.name === group.receiver);
      for (const alert of group.alerts()) {
        if (isResolved(alert, world.now)) continue;
        if (this.isQuiet(alert.labels)) continue;
        for (const { type, index } of receiver?.integrations ?? []) {
          const target = { groupKey: group.groupKey, receiver: group.receiver, integration: type, index };
          if (this.knowledge(target).last.get(alert.fingerprint)?.firing !== true) {
            this.violate(`${alert.fingerprint} fires and was never told to ${targetKey(target)}`);
          }
        }
      }
    }
    for (const { labels } of world.firing.values()) {
      if (view.alert(fingerprint(labels)) === undefined)
        this.violate(`a firing alert is not known: ${JSON.stringify(labels)}`);
    }
  }

  /** What was acknowledged and still fires is known, at every moment. */
  private checkKnown(): void {
    const { world } = this;
    if (!world.isUp()) return;
    for (const { labels, acknowledged } of world.firing.values()) {
      const alert = world.engine.view.alert(fingerprint(labels));
      if (acknowledged && (alert === undefined || isResolved(alert, world.now))) {
        this.violate(`an acknowledged alert is gone: ${JSON.stringify(labels)}`);
      }
    }
  }

  /** After everything has ended and time has passed. */
  private checkOver(): void {
    const { world } = this;
    for (const [key, entry] of this.known) {
      if (!this.hearsOfEnds(entry.target)) continue;
      for (const [alert, { firing, at }] of entry.last) {
        // A reload may have taken the alert away from the target.
        if (firing && at > this.lastReloadAt && !entry.muted.has(alert))
          this.violate(`the end of ${alert} was never told to ${key}`);
      }
    }
    const { view } = world.engine;
    if (view.alertCount() > 0) this.violate(`${view.alertCount()} alerts stay in memory`);
    if (view.groupCount() > 0) this.violate(`${view.groupCount()} groups stay in memory`);
    this.checkJournal();
  }

  /** The journal is what the engine would say. */
  private checkJournal(): void {
    const { world } = this;
    const { view } = world.engine;
    const stored = [...world.journal.alerts.values()].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
    const held = [...view.alerts()].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
    const facts = (list: typeof stored): string =>
      JSON.stringify(list.map(({ fingerprint: f, startsAt, endsAt }) => [f, startsAt, endsAt]));
    if (facts(stored) !== facts(held)) this.violate('the stored alerts are not those in memory');
    if (world.journal.groups.size !== view.groupCount()) this.violate('the stored groups are not those in memory');
  }

  /** Whether silences or inhibition keep the alert quiet, found without any index. */
  private isQuiet(labels: LabelSet): boolean {
    const { now, config, engine } = this.world;
    for (const { startsAt, endsAt, matcherSets } of engine.view.silences()) {
      if (startsAt <= now && now < endsAt && matcherSets.some((set) => matchesAll(set, labels))) return true;
    }
    return config.inhibitRules.some(
      (rule) =>
        matchesAll(rule.targetMatchers, labels) &&
        [...engine.view.alerts()].some(
          (source) =>
            !isResolved(source, now) &&
            matchesAll(rule.sourceMatchers, source.labels) &&
            rule.equal.every((name) => labelValue(source.labels, name) === labelValue(labels, name)),
        ),
    );
  }

  private hearsOfEnds(target: Target): boolean {
    return (
      this.world.config.receivers
        .find((r) => r.name === target.receiver)
        ?.integrations.find((i) => i.type === target.integration && i.index === target.index)?.sendResolved === true
    );
  }

  private shortestRepeat(): number {
    const walk = (route: RouteConfig): number => Math.min(route.repeatIntervalMs, ...route.routes.map(walk));
    return walk(this.world.config.route);
  }

  private knowledge(target: Target): Knowledge {
    const key = targetKey(target);
    let entry = this.known.get(key);
    if (entry === undefined) {
      const { groupKey, receiver, integration, index } = target;
      entry = {
        target: { groupKey, receiver, integration, index },
        firing: new Set(),
        resolved: new Set(),
        maybeFiring: new Set(),
        maybeOver: new Set(),
        at: 0,
        last: new Map(),
        muted: new Set(),
      };
      this.known.set(key, entry);
    }
    return entry;
  }

  private violate(text: string): void {
    this.violations.push(`${(this.world.now - START) / SECOND}s: ${text}`);
  }

  private randomConfig(): Config {
    const { random } = this;
    const receivers: ReceiverConfig[] = ['r0', 'r1', 'r2'].map((name) => ({
      name,
      labels: {},
      integrations: Array.from({ length: 1 + random.below(2) }, (_, index) => ({
        type: 'webhook',
        index,
        sendResolved: random.chance(0.8),
        settings: {},
      })),
    }));
    const child = (matchers: readonly Matcher[]): RouteConfig => ({
      receiver: random.pick(['r0', 'r1', 'r2']),
      groupBy: ['alertname', 'inst', 'team'].filter(() => random.chance(0.4)),
      groupByAll: random.chance(0.1),
      groupWaitMs: random.pick([0, 5, 10, 30]) * SECOND,
      groupIntervalMs: random.pick([5, 10, 30, 60]) * SECOND,
      repeatIntervalMs: random.pick([60, 300, 3600]) * SECOND,
      matchers,
      continue: random.chance(0.4),
      muteTimeIntervals: [],
      activeTimeIntervals: [],
      labels: {},
      routes: [],
    });
    const routes = [child([eq('team', 'x')]), child([eq('alertname', 'A')]), child([eq('team', 'y'), eq('inst', '1')])];
    const inhibitRules: InhibitRule[] = random.chance(0.5)
      ? [
          {
            name: '',
            sourceMatchers: [eq('sev', 'crit')],
            targetMatchers: [eq('sev', 'warn')],
            equal: ['team', 'inst'],
          },
        ]
      : [];
    return {
      resolveTimeoutMs: 300 * SECOND,
      route: { ...child([]), routes: routes.slice(0, random.below(4)) },
      receivers,
      inhibitRules,
      timeIntervals: new Map(),
      templates: [],
      original: '',
      hash: String(random.below(1_000_000)),
    };
  }
}
