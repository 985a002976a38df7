import '@fontsource-variable/inter/index.css'
import './theme.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { config } from 'zod'
import App from './App.vue'
import { useNotificationsStore } from './stores/notifications.ts'

// its compiled checks need eval, which the page's policy forbids
config({ jitless: true })

const app = createApp(App).use(createPinia())

// what no component caught is told, never swallowed
app.config.errorHandler = (thrown) => {
  console.error(thrown)
  useNotificationsStore().fail(thrown)
}
window.addEventListener('unhandledrejection', (event) => {
  event.preventDefault()
  useNotificationsStore().fail(event.reason)
})

app.mount('#app')
