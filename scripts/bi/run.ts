import { createView, describeView } from './view.ts';
import { views } from './views.ts';

// Writes the statements that make the views of the schema bi: what a migration takes when they have changed.
const statements = views.flatMap((view) => [createView(view), ...describeView(view)]);
process.stdout.write(`${statements.join(';--> statement-breakpoint\n')};\n`);
