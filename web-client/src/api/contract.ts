/** Compiled, never run: what the server says it answers must fit the shapes that the pages use. */
import type { components } from './generated'
import type * as mine from './types'

type Server = components['schemas']
type Fits<Ours, Theirs extends Ours> = Theirs

export type Contract = [
  Fits<mine.About, Server['About']>,
  Fits<mine.Unit, Server['Unit']>,
  Fits<mine.UnitDetail, Server['UnitWithPath']>,
  Fits<mine.Point, Server['Point']>,
  Fits<mine.InvitedPoint, Server['InvitedPoint']>,
  Fits<mine.AccountSummary, Server['Person']>,
  Fits<mine.ManagedAccount, Server['ManagedAccount']>,
  Fits<mine.BriefingSummary, Server['BriefingSummary']>,
  Fits<mine.Briefing, Server['Briefing']>,
  // The other way round for what we send.
  Fits<Server['BriefingDraft'], mine.BriefingDraft>,
  Fits<Server['NewAccount'], mine.NewAccount>,
]
