document.documentElement.className='js';try{var t=localStorage.getItem('tellings-theme');if(t==='dark'||t==='light')document.documentElement.dataset.theme=t}catch(e){}
