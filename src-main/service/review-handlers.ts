import type { Output } from '../contract/api.ts'
import { caseDetail } from '../project/case-rows.ts'
import { redo, setFlag, undo } from '../project/reviews.ts'
import type { Undone } from '../project/reviews.ts'
import { flagAll } from '../project/flag-all.ts'
import { keepSample } from '../project/sample-keep.ts'
import { drawSample, listSamples, removeSample } from '../project/samples.ts'
import { listFilters, removeFilter, saveFilter } from '../project/saved-filters.ts'
import type { Project } from '../project/project.ts'
import { projectOf, readerAtWork, tellCases, tellProject, writable } from './context.ts'
import type { Context } from './context.ts'
import type { HandlersOf } from './handlers.ts'

/** What readers do: flags, filters and samples. */
export function reviewHandlers(context: Context): HandlersOf<'reviews' | 'filters' | 'samples'> {
  const reader = () => readerAtWork(context)
  const tell = (caseIds: readonly number[]) => {
    tellCases(context, caseIds)
    tellProject(context)
  }
  const step = async (move: (project: Project, reader: string) => Undone | null): Promise<Output<'reviews.undo'>> => {
    const undone = move(await writable(context), reader())
    if (!undone) return null
    tell(undone.caseIds)
    const { caseId, caseIds, what } = undone
    return { caseId, cases: caseIds.length, what }
  }

  return {
    'reviews.flag': async ({ caseId, ...flag }) => {
      const project = await writable(context)
      setFlag(project, caseId, flag, reader())
      tell([caseId])
      return caseDetail(project, caseId)
    },
    'reviews.flagAll': async ({ caseIds, overwrite, ...flag }) => {
      const project = await writable(context)
      const done = flagAll(project, caseIds, { ...flag, region: null }, reader(), overwrite)
      tell(caseIds)
      return done
    },
    'reviews.clear': async ({ caseId }) => {
      const project = await writable(context)
      setFlag(project, caseId, null, reader())
      tell([caseId])
      return caseDetail(project, caseId)
    },
    'reviews.undo': () => step(undo),
    'reviews.redo': () => step(redo),

    'filters.list': () => listFilters(projectOf(context)),
    'filters.save': async ({ name, filter, sort }) => saveFilter(await writable(context), name, filter, sort),
    'filters.remove': async ({ id }) => {
      removeFilter(await writable(context), id)
      return null
    },

    'samples.draw': async (request) => drawSample(await writable(context), request),
    'samples.keep': async ({ caseIds, name }) => keepSample(await writable(context), name, caseIds),
    'samples.list': () => listSamples(projectOf(context)),
    'samples.remove': async ({ id }) => {
      removeSample(await writable(context), id)
      return null
    },
  }
}
