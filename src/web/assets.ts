import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { TENURE_STYLE } from './page-style.ts';

/** A file that pages need. */
export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  /** The same, compressed. */
  readonly brotli: Buffer;
}

/** Everything pages need, under names that stand behind the version. */
export interface Assets {
  /** Differs wherever one of them does. */
  readonly version: string;
  readonly files: ReadonlyMap<string, Asset>;
}

const SCRIPTS = ['page.js', 'charts.js', 'figure-text.js'];
/** Seconds go into more; the size falls little. */
const QUALITY = 5;

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b6bcb"/><path d="M3 4h10v2.5H9.3V13H6.7V6.5H3z" fill="#fff"/></svg>';

function buildAsset(type: string, content: string | Buffer): Asset {
  const bytes = Buffer.from(content);
  const params = { [constants.BROTLI_PARAM_QUALITY]: QUALITY };
  return { type, bytes, brotli: brotliCompressSync(bytes, { params }) };
}

function readAssets(): Assets {
  const script = 'text/javascript; charset=utf-8';
  const library = createRequire(import.meta.url).resolve('echarts/dist/echarts.esm.min.mjs');
  const own = path.join(import.meta.dirname, 'browser');
  const files = new Map([
    ['tenure.css', buildAsset('text/css; charset=utf-8', TENURE_STYLE)],
    ['icon.svg', buildAsset('image/svg+xml', ICON)],
    ['echarts.js', buildAsset(script, fs.readFileSync(library))],
    ...SCRIPTS.map((name) => [name, buildAsset(script, fs.readFileSync(path.join(own, name)))] as const),
  ]);
  const hash = createHash('sha256');
  for (const { bytes } of files.values()) hash.update(bytes);
  return { version: hash.digest('hex').slice(0, 12), files };
}

let known: Assets | undefined;

/** Scripts, style and icon of all pages, read once. */
export function openAssets(): Assets {
  known ??= readAssets();
  return known;
}
