import { Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { AppError } from '../../errors.ts';
import type { Fragments } from './collect-fields.ts';

/**
 * Throws BAD_USER_INPUT where the root field of a subscription may be left out, by @skip or @include: a subscription has exactly one,
 * whatever its variables are. GraphQL.js tells it by no error of its own, but fails.
 */
export function holdOneRootField({ selectionSet }: OperationDefinitionNode, fragments: Fragments): void {
  const spread = new Set<string>();
  hold(selectionSet);

  function hold({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      const directive = selection.directives?.find(({ name: { value } }) => value === 'skip' || value === 'include');
      if (directive) throw mayBeLeftOut(directive.name.value);
      if (selection.kind === Kind.INLINE_FRAGMENT) hold(selection.selectionSet);
      if (selection.kind !== Kind.FRAGMENT_SPREAD || spread.has(selection.name.value)) continue;
      spread.add(selection.name.value);
      const fragment = fragments.get(selection.name.value);
      if (fragment) hold(fragment.selectionSet);
    }
  }
}

function mayBeLeftOut(directive: string): AppError {
  return new AppError(
    'BAD_USER_INPUT',
    `The root field of a subscription cannot have @${directive}. Leave it out there; on the fields in it both @skip and @include are taken.`,
  );
}
