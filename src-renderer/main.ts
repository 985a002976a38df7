import '@fontsource-variable/inter/index.css'
import './theme.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { useNotificationsStore } from './stores/notifications.ts'

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
