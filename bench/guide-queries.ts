import fs from 'node:fs';
import path from 'node:path';
import { PACKAGE_ROOT } from '../src/app/index.ts';

const GUIDE = path.join(PACKAGE_ROOT, '..', 'shared', 'seeds', '003_23fbd1b21853d461.txt');

/** The queries of the metrics guide as they stand there, for a day instead of the clock's; none where the guide is not here. */
export function readGuideQueries(day: string): readonly string[] {
  if (!fs.existsSync(GUIDE)) return [];
  const text = fs.readFileSync(GUIDE, 'utf8');
  const found = text.matchAll(/### \d\. [^\n]*\n```sql\n(SELECT[\s\S]*?|WITH[\s\S]*?)```/g);
  return [...found].map(([, sql = '']) => sql.trim().replaceAll('CURRENT_DATE', `date '${day}'`));
}
