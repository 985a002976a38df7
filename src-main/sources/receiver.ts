import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import dimse from 'dcmjs-dimse'

import type { ReceiverOptions } from '../contract/remote.ts'
import { ReviewError } from '../contract/errors.ts'
import { TRANSFER_SYNTAXES } from '../dicom/transfer-syntaxes.ts'
import { ReceivedFile } from './received-file.ts'
import { limitPdus } from './pdu-limit.ts'
import { makeFolder } from './side-folder.ts'

const { Scp, constants, responses, Dataset, log } = dimse
// the library talks on the console, and what it says may name a sender
log.setLevel(log.levels.SILENT)

const VERIFICATION = '1.2.840.10008.1.1'
/** storage SOP classes of the standard (PS3.4 B.5) */
const STORAGE = '1.2.840.10008.5.1.4.1.1.'
const MAX_CONNECTIONS = 8
/** where nothing came for so long, the sender is gone */
const IDLE_MS = 60_000

export interface ReceiverEvents {
  /** a file is there, whole, under this path below the folder */
  stored(path: string): void
  /** a sender or a file was not accepted; the reason in words, without a value of a patient */
  refused(why: string): void
}

export interface Receiver {
  readonly port: number
  close(): Promise<void>
}

/**
 * Takes in what is sent by C-STORE (PS3.7 9.1.1) and stores it below `root` as it came, in the sender's transfer syntax; answers C-ECHO. Nothing is
 * ever sent anywhere. Listens on this machine's loopback unless `from` says otherwise. Throws `busy` (port taken), `not-allowed`, `file-unwritable`.
 */
export async function startReceiver(options: ReceiverOptions, root: string, events: ReceiverEvents): Promise<Receiver> {
  await makeFolder(root)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    if (sockets.size >= MAX_CONNECTIONS) return void socket.destroy()
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    limitPdus(socket, () => events.refused('A sender broke the rules of the protocol; the connection was ended.'))
    const Association = association(options, root, events)
    const served = new Association(socket, { associationTimeout: IDLE_MS, pduTimeout: IDLE_MS })
    served.on('networkError', () => socket.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      served.abandon()
    })
  })
  await listen(server, options)
  const { port } = server.address() as { port: number }
  return {
    port,
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    }),
  }
}

function listen(server: Server, { port, from }: ReceiverOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE') reject(new ReviewError('busy', `Port ${port} is in use. Choose another for the receiver.`, { cause }))
      else reject(new ReviewError('not-allowed', `The receiver cannot listen on port ${port} (${cause.code ?? 'unknown'}). Choose one above 1024.`, { cause }))
    })
    server.listen({ port, host: from === 'anyone' ? undefined : '127.0.0.1' }, resolve)
  })
}

/** The library makes one object of a class a connection; this one carries what the receiver was told. */
function association({ aet, callers }: ReceiverOptions, root: string, events: ReceiverEvents) {
  return class extends Scp {
    private file: ReceivedFile | null = null

    override associationRequested(asked: InstanceType<typeof dimse.association.Association>): void {
      const calling = asked.getCallingAeTitle().trim()
      const reject = (reason: number, why: string): void => {
        events.refused(why)
        this.sendAssociationReject(constants.RejectResult.Permanent, constants.RejectSource.ServiceUser, reason)
      }
      if (asked.getCalledAeTitle().trim() !== aet) return reject(constants.RejectReason.CalledAeNotRecognized, `A sender called another AE title than ${aet}.`)
      if (callers.length > 0 && !callers.includes(calling)) return reject(constants.RejectReason.CallingAeNotRecognized, 'A sender has an AE title that is not in the list.')
      for (const { context } of asked.getPresentationContexts()) {
        const isWanted = context.getAbstractSyntaxUid() === VERIFICATION || context.getAbstractSyntaxUid().startsWith(STORAGE)
        const syntax = context.getTransferSyntaxUids().find((uid) => TRANSFER_SYNTAXES.has(uid))
        if (!isWanted) context.setResult(constants.PresentationContextResult.RejectAbstractSyntaxNotSupported)
        else if (syntax === undefined) context.setResult(constants.PresentationContextResult.RejectTransferSyntaxesNotSupported)
        else context.setResult(constants.PresentationContextResult.Accept, syntax)
      }
      this.sendAssociationAccept()
    }

    /** what came only in part does not stay */
    abandon(): void {
      this.file?.destroy()
      this.file = null
    }

    override associationReleaseRequested(): void {
      this.sendAssociationReleaseResponse()
    }

    override cEchoRequest(request: InstanceType<typeof dimse.requests.CEchoRequest>, answer: (response: InstanceType<typeof responses.CEchoResponse>) => void): void {
      const response = responses.CEchoResponse.fromRequest(request)
      response.setStatus(constants.Status.Success)
      answer(response)
    }

    override createStoreWritableStream(context: InstanceType<typeof dimse.association.PresentationContext>, request: InstanceType<typeof dimse.requests.CStoreRequest>) {
      this.file = new ReceivedFile(root, {
        sopClassUid: request.getAffectedSopClassUid(), sopInstanceUid: request.getAffectedSopInstanceUid(), transferSyntaxUid: context.getAcceptedTransferSyntaxUid() ?? '',
      })
      return this.file
    }

    /** The data set is not read into the library's own form: the bytes are on disk already. */
    override createDatasetFromStoreWritableStream(_written: unknown, _context: unknown, done: (dataset: InstanceType<typeof Dataset>) => void): void {
      done(new Dataset({}))
    }

    override cStoreRequest(request: InstanceType<typeof dimse.requests.CStoreRequest>, answer: (response: InstanceType<typeof responses.CStoreResponse>) => void): void {
      const response = responses.CStoreResponse.fromRequest(request)
      const { file } = this
      this.file = null
      const settled = file ? file.kept() : Promise.reject(new ReviewError('bad-request', 'A sender announced a file and sent none.'))
      void settled.then((path) => {
        events.stored(path)
        response.setStatus(constants.Status.Success)
      }, (thrown: unknown) => {
        events.refused(thrown instanceof ReviewError ? thrown.message : 'A file that was sent could not be stored.')
        response.setStatus(constants.Status.ProcessingFailure)
      }).then(() => answer(response))
    }
  }
}
