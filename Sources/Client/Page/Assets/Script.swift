extension Asset {
    /// What the page does by itself where scripts run; everything works without it.
    static let code = """
        (function () {
          "use strict";
          var rest = 1500;
          // The line at the head of the page, and the page itself when something new came and nobody is typing.
          function refresh() {
            var line = document.getElementById("sync");
            if (!line || document.hidden) { return window.setTimeout(refresh, 4000); }
            fetch("/sync/state", { credentials: "same-origin" }).then(function (answer) {
              if (!answer.ok) { throw new Error(); }
              return answer.text();
            }).then(function (text) {
              var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("sync");
              if (!fresh) { return; }
              var isNew = line.getAttribute("data-seen") !== fresh.getAttribute("data-seen");
              if (line.outerHTML !== fresh.outerHTML) { line.replaceWith(document.importNode(fresh, true)); }
              rest = fresh.hasAttribute("data-running") ? 700 : 4000;
              if (isNew && document.querySelector("[data-live]") && !document.querySelector("[data-typed]")) {
                window.location.reload();
              }
            }).catch(function () { rest = 8000; }).then(function () { window.setTimeout(refresh, rest); });
          }
          // A form that can be checked while it is filled in: the server answers with the page as it would be.
          var asked = 0;
          function check(form) {
            var mine = asked += 1;
            fetch(form.getAttribute("data-check"), {
              method: "POST", credentials: "same-origin", body: new URLSearchParams(new FormData(form))
            }).then(function (answer) { return answer.text(); }).then(function (text) {
              if (mine !== asked) { return; }
              var page = new DOMParser().parseFromString(text, "text/html");
              document.querySelectorAll("[data-swap]").forEach(function (old) {
                var fresh = page.getElementById(old.id);
                if (fresh && !old.contains(document.activeElement)) {
                  old.replaceWith(document.importNode(fresh, true));
                }
              });
              form.querySelectorAll("[aria-describedby]").forEach(function (field) {
                var fresh = page.getElementById(field.id);
                if (fresh) { field.parentNode.className = fresh.parentNode.className; }
              });
            }).catch(function () { return; });
          }
          document.addEventListener("input", function (event) {
            event.target.setAttribute("data-typed", "");
          });
          document.addEventListener("change", function (event) {
            var form = event.target.form;
            if (form && form.hasAttribute("data-check")) { check(form); }
          });
          // Twice the same click is one.
          document.addEventListener("submit", function (event) {
            var buttons = event.target.querySelectorAll("button[type=submit]");
            window.setTimeout(function () { buttons.forEach(function (button) { button.disabled = true; }); }, 0);
          });
          window.addEventListener("pageshow", function (event) {
            if (event.persisted) { window.location.reload(); }
          });
          window.setTimeout(refresh, rest);
        })();
        """
}
