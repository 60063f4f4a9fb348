import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { REPOSITORY } from './local/repository.js';

// There is no Docker engine where tests run: what can be known without one is checked here.

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>> | readonly string[];
  readonly [key: string]: unknown;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

const read = (file: string): string => readFileSync(join(REPOSITORY, file), 'utf8');
const known = new Set([...read('.env.example').matchAll(/^#? ?(YELLOWSTONE_\w+)=/gm)].map(([, name]) => name));

describe.each(['provider', 'consumer'])('docker/compose.%s.yaml', (role) => {
  const text = read(`docker/compose.${role}.yaml`);
  const { services, networks = {}, volumes = {} } = parse(text, { merge: true }) as Compose;
  const all = Object.entries(services);

  it('runs the role, with settings that there are, and gives it time to drain', () => {
    const { command, environment = {}, stop_grace_period } = services[role]!;
    expect(command).toEqual([role, 'up']);
    expect(Object.keys(environment).filter((name) => !known.has(name))).toEqual([]);
    expect(stop_grace_period).toBe('35s');
    expect(JSON.stringify(services[role])).toContain('/readyz');
  });

  it('holds no secret, and asks for what must be given', () => {
    const given = [...text.matchAll(/\$\{(\w+)(:[^}]*)?\}/g)];
    expect(given.filter(([, name, rest]) => !rest?.startsWith(':?') && name !== 'LLAMA_IMAGE')).toEqual([]);
    expect(text).not.toMatch(/PRIVATE_KEY|PASSWORD: (?!\$)|0x[0-9a-f]{40}/);
  });

  it('publishes nothing but TLS to others', () => {
    const published = all.flatMap(([, { ports = [] }]) => ports);
    expect(published.filter((port) => !port.startsWith('127.0.0.1:')).sort()).toEqual(
      role === 'provider' ? ['443:443', '80:80'] : [],
    );
  });

  it('gives every service no more than it needs', () => {
    for (const [name, service] of all) {
      expect([name, service]).toMatchObject([
        name,
        { read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], restart: 'unless-stopped' },
      ]);
      expect(service['privileged'] ?? service['network_mode'] ?? service['user']).toBeUndefined();
    }
  });

  it('names nothing that is not there', () => {
    for (const [, { networks: joined = [], volumes: mounted = [], depends_on = {} }] of all) {
      expect(joined.filter((network) => !(network in networks))).toEqual([]);
      const named = mounted.map((mount) => mount.split(':')[0]!).filter((source) => !source.startsWith('.'));
      expect(named.filter((volume) => !(volume in volumes))).toEqual([]);
      const needed = Array.isArray(depends_on) ? (depends_on as string[]) : Object.keys(depends_on);
      expect(needed.filter((service) => !(service in services))).toEqual([]);
    }
  });
});

describe('docker/Dockerfile', () => {
  const text = read('docker/Dockerfile');
  const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] };

  it('knows all workspaces, without which npm ci refuses the lock file', () => {
    const copied = [...text.matchAll(/^COPY (packages\/\w+)\/package\.json \1\/$/gm)].map(([, name]) => name);
    expect(copied).toEqual(workspaces);
  });

  it('builds and copies every package that the node needs', () => {
    const needed = ['contracts', ...(/for name in ([\w ]+);/.exec(text)?.[1] ?? '').split(' ')];
    const seen = new Set<string>();
    const follow = (name: string): void => {
      seen.add(name);
      const { dependencies } = JSON.parse(read(`packages/${name}/package.json`)) as {
        dependencies: Record<string, string>;
      };
      const ours = Object.keys(dependencies).filter((one) => one.startsWith('@yellowstone/'));
      for (const one of ours) follow(one.slice('@yellowstone/'.length));
    };
    follow('node');
    expect([...seen].sort()).toEqual([...needed].sort());
    for (const name of needed) {
      expect(text).toContain(`COPY --from=build /app/packages/${name}/dist packages/${name}/dist`);
      expect(text).toContain(`-w packages/${name}`);
    }
  });

  it('ends as another user than root', () => {
    const last = text.slice(text.lastIndexOf('FROM '));
    expect(last).toMatch(/^FROM node:20-slim$/m);
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^ENTRYPOINT \["yellowstone"\]$/m);
  });
});

describe('docker/yellowstone-provider.service', () => {
  const text = read('docker/yellowstone-provider.service');

  it('waits longer for the end of the node than the node takes', () => {
    expect(text).toMatch(/^KillSignal=SIGTERM$/m);
    expect(text).toMatch(/^TimeoutStopSec=35$/m);
  });

  it.runIf(hasSystemd())('is one that systemd understands', () => {
    const folder = mkdtempSync(join(tmpdir(), 'yellowstone-unit-'));
    try {
      const unit = join(folder, 'yellowstone-provider.service');
      writeFileSync(unit, text);
      const said = execFileSync('systemd-analyze', ['verify', unit], { encoding: 'utf8', stdio: 'pipe' });
      expect(said).toBe('');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function hasSystemd(): boolean {
  try {
    execFileSync('systemd-analyze', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
