import type { Columns } from '../provider.ts';
import { isCallListRow, rowFieldName } from './call-list.ts';
import { foldKey, isFieldName, isTimeField, spelledNames } from './field-names.ts';

/** Columns of files: of a delivery's fields, or of rows of the call list. */
export const columns: Columns = {
  names: spelledNames,
  id: 'CallSid',
  idWords: 'CallSid, or sid_id',
  fold: foldKey,
  isField: (name) => {
    const folded = foldKey(name);
    return isFieldName(folded) || isCallListRow([folded]);
  },
  isId: (name) => /^(call[\s_.-]*sid|sid[\s_.-]*id)$/i.test(name),
  isTime: (name) => {
    const folded = foldKey(name);
    return isTimeField(folded) || isTimeField(rowFieldName(folded));
  },
  tellOfCalls: (names) => {
    const folded = names.map(foldKey);
    return folded.includes('callsid') || isCallListRow(folded);
  },
};
