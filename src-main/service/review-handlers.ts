import { caseDetail } from '../project/case-rows.ts'
import { redo, setFlag, undo } from '../project/reviews.ts'
import type { Undone } from '../project/reviews.ts'
import { drawSample, listSamples, removeSample } from '../project/samples.ts'
import { listFilters, removeFilter, saveFilter } from '../project/saved-filters.ts'
import type { Project } from '../project/project.ts'
import { projectOf, tellCases, tellProject } from './context.ts'
import type { Context } from './context.ts'
import type { HandlersOf } from './handlers.ts'

const UNNAMED_READER = 'unnamed'

/** What readers do: flags, filters and samples. */
export function reviewHandlers(context: Context): HandlersOf<'reviews' | 'filters' | 'samples'> {
  const reader = () => context.settings.current.reader || UNNAMED_READER
  const writable = async (): Promise<Project> => {
    const project = projectOf(context)
    await project.database.whenWritable()
    return project
  }
  const tell = (caseId: number) => {
    tellCases(context, [caseId])
    tellProject(context)
  }
  const step = async (move: (project: Project) => Undone | null): Promise<Undone | null> => {
    const undone = move(await writable())
    if (undone) tell(undone.caseId)
    return undone
  }

  return {
    'reviews.flag': async ({ caseId, ...flag }) => {
      const project = await writable()
      setFlag(project, caseId, flag, reader())
      tell(caseId)
      return caseDetail(project, caseId)
    },
    'reviews.clear': async ({ caseId }) => {
      const project = await writable()
      setFlag(project, caseId, null, reader())
      tell(caseId)
      return caseDetail(project, caseId)
    },
    'reviews.undo': () => step(undo),
    'reviews.redo': () => step(redo),

    'filters.list': () => listFilters(projectOf(context)),
    'filters.save': async ({ name, filter, sort }) => saveFilter(await writable(), name, filter, sort),
    'filters.remove': async ({ id }) => {
      removeFilter(await writable(), id)
      return null
    },

    'samples.draw': async (request) => drawSample(await writable(), request),
    'samples.list': () => listSamples(projectOf(context)),
    'samples.remove': async ({ id }) => {
      removeSample(await writable(), id)
      return null
    },
  }
}
