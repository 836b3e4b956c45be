import { migration001 } from "./001-items.ts";
import { migration002 } from "./002-triage.ts";
import { migration003 } from "./003-people.ts";
import { migration004 } from "./004-learned-weights.ts";
import { migration005 } from "./005-merging.ts";
import { migration006 } from "./006-live.ts";
import { migration007 } from "./007-mirrors.ts";
import { migration008 } from "./008-door.ts";
import { migration009 } from "./009-page.ts";
import { migration010 } from "./010-briefings.ts";
import { migration011 } from "./011-door-indexes.ts";
import { migration012 } from "./012-model-calls.ts";
import { migration013 } from "./013-runs.ts";
import { migration014 } from "./014-judgements.ts";
import { migration015 } from "./015-memory.ts";
import { migration016 } from "./016-owner-words.ts";
import { migration017 } from "./017-drafts.ts";

/** Every migration in order; the index + 1 is the version a database has after it. Never edit one that was released. */
export const migrations: readonly string[] = [
  migration001,
  migration002,
  migration003,
  migration004,
  migration005,
  migration006,
  migration007,
  migration008,
  migration009,
  migration010,
  migration011,
  migration012,
  migration013,
  migration014,
  migration015,
  migration016,
  migration017,
];

export const schemaVersion = migrations.length;
